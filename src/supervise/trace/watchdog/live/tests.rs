use std::sync::mpsc::channel;
use std::thread;

use super::{Asked, CELL};
use crate::context::{Current, scope};
use crate::record::TaskId;
use crate::sync::plain::Ordering;

#[test]
fn a_thread_that_blocks_says_where_and_goes_on() {
    let ((tell, asked), (end, wait)) = (channel(), channel::<()>());
    let blocks = thread::spawn(move || {
        let task = Current { id: TaskId(42), run: 1, name: "blocks" };
        scope(Some(&task), || {
            tell.send(Asked::this()).unwrap();
            wait.recv().is_err()
        })
    });
    let asked = asked.recv().unwrap();
    // A processor may not be free for it in time.
    let frames = loop {
        if let Some(frames) = asked.stack(TaskId(42)) {
            break frames;
        }
    };
    assert!(frames.addresses().len() > 2, "{frames:?}");
    assert_eq!(asked.stack(TaskId(43)), None, "it is in another task");
    drop(end);
    assert!(blocks.join().unwrap(), "what it waited for came to its end");
    assert_eq!(asked.stack(TaskId(42)), None, "it is gone");
    assert_eq!(CELL.state.load(Ordering::Relaxed), 0);
}
