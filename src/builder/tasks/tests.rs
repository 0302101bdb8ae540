//! Where `tokio::spawn` was, only the line that spawns changes.

use core::future::{pending, ready};

/// A program that does with its handles what one does with handles.
macro_rules! program {
    ($spawn:ident) => {
        let answer = $spawn!(async { 6 * 7 });
        assert_eq!(answer.await.unwrap(), 42);

        let mut kept = $spawn!(ready("kept"));
        assert_eq!((&mut kept).await.unwrap(), "kept");
        assert!(kept.is_finished());

        let panics = $spawn!(async { assert_eq!(6 * 9, 42, "wrong") });
        let error = panics.await.unwrap_err();
        assert!(error.is_panic() && !error.is_cancelled(), "{error}");

        let idle = $spawn!(pending::<()>());
        assert!(!idle.is_finished());
        idle.abort();
        assert!(idle.await.unwrap_err().is_cancelled());

        let (left, right) = tokio::try_join!($spawn!(ready(1)), $spawn!(ready(2))).unwrap();
        assert_eq!(left + right, 3);

        // Nobody waits for this one.
        $spawn!(pending::<()>());
    };
}

macro_rules! theirs {
    ($future:expr) => {
        tokio::spawn($future)
    };
}

macro_rules! ours {
    ($future:expr) => {
        super::spawn("drop in", $future)
    };
}

#[tokio::test]
async fn with_tokio() {
    program!(theirs);
}

#[tokio::test]
async fn with_a_name() {
    program!(ours);
}
