//! What `-o json` prints is what is described, and stays so.

use ringvisor::record::Level;
use serde_json::Value;

use crate::bench::Bench;

const DESCRIPTION: &str = include_str!("../../src/control/openapi.json");

/// Each with the name of what its data is; `[]` behind it for a list.
const TABLE: [(&str, &str); 14] = [
    ("status", "Health"),
    ("status mailer", "Task[]"),
    ("ps", "Task[]"),
    ("runs flaky", "Task[]"),
    ("result answer", "Task[]"),
    ("trace flaky", "Task[]"),
    ("ring", "Ring"),
    ("level", "Levels"),
    ("diagnose", "Finding[]"),
    ("run", "CommandInfo[]"),
    ("run drain orders", "CommandRun"),
    ("set spare led=3", "ArgsChanged[]"),
    ("start spare", "Commanded[]"),
    ("stop spare", "Commanded[]"),
];

/// Where `value` is not as its schema says; everything that is there has to be described.
fn fault(value: &Value, schema: &Value, all: &Value) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return fault(value, &all[name.rsplit('/').next()?], all);
    }
    let fits = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    };
    if !fits {
        return Some(format!("{value} is no {}", schema["type"]));
    }
    if let Some(items) = value.as_array() {
        return items.iter().find_map(|item| fault(item, &schema["items"], all));
    }
    let required = schema["required"].as_array().into_iter().flatten();
    if let Some(missing) = { required }.find(|key| value[key.as_str().unwrap()].is_null()) {
        return Some(format!("{missing} is missing in {value}"));
    }
    let (object, known) = (value.as_object()?, schema["properties"].as_object()?);
    object.iter().find_map(|(key, value)| match known.get(key) {
        Some(schema) => fault(value, schema, all).map(|fault| format!("{key}: {fault}")),
        None => Some(format!("{key} is not described")),
    })
}

fn schemas() -> Value {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    description["components"]["schemas"].clone()
}

#[test]
fn an_answer_is_one_line_in_its_envelope() {
    let (bench, all) = (Bench::new(), schemas());
    for (line, kind) in TABLE {
        let printed = String::from_utf8(bench.run(&format!("{line} -o json")).stdout).unwrap();
        assert_eq!(printed.lines().count(), 1, "{line}: {printed}");
        let value: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(value["v"], 1, "{line}");
        assert_eq!(fault(&value, &all["Envelope"], &all), None, "{line}");
        let (data, schema) = (&value["data"], &all[kind.trim_end_matches("[]")]);
        let found = match data.as_array().filter(|_| kind.ends_with("[]")) {
            Some(items) => items.iter().find_map(|item| fault(item, schema, &all)),
            None => fault(data, schema, &all),
        };
        assert_eq!(found, None, "{line}");
        assert_eq!(data.is_array(), kind.ends_with("[]"), "{line}");
    }
}

#[test]
fn a_record_is_a_line_of_its_own() {
    let (bench, all) = (Bench::new(), schemas());
    bench.say(Level::Info, "one");
    bench.say_as("mailer", 2, "two");
    let printed = String::from_utf8(bench.run("logs -o json").stdout).unwrap();
    assert_eq!(printed.lines().count(), 2, "{printed}");
    for line in printed.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        assert_eq!(fault(&value, &all["LogLine"], &all), None);
    }
}
