use super::Supervisor;

#[tokio::test]
async fn a_value_comes_to_whoever_waits() {
    let supervisor = Supervisor::new();
    assert_eq!(supervisor.spawn("answer", async { 42 }).unwrap().await, Ok(42));
}
