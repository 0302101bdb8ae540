use core::hint::black_box;

use super::walk;
use crate::supervise::trace::frames::{Buffer, Frames, MAX_FRAMES};

/// Walks below `depth` frames of its own.
#[inline(never)]
fn descend(depth: usize, end: usize, into: &mut Buffer) -> usize {
    let here = 0u8;
    if depth > 0 {
        return black_box(descend(depth - 1, end, into)) + 1;
    }
    walk(black_box(&raw const here).addr()..end, into);
    0
}

fn frames(depth: usize) -> Frames {
    let (end, mut into) = (0u8, Buffer::default());
    descend(depth, black_box(&raw const end).addr(), &mut into);
    Frames::from(&into)
}

#[test]
fn frames_between_the_bounds_are_kept() {
    let counts = [1, 2, 9].map(|depth| frames(depth).addresses().len());
    assert_eq!(counts[1], counts[0] + 1, "{counts:?}");
    assert_eq!(counts[2], counts[0] + 8, "{counts:?}");
}

#[test]
fn the_same_stack_has_the_same_addresses() {
    let all: [_; 2] = core::array::from_fn(|_| frames(3));
    assert_eq!(all[0], all[1]);
}

#[test]
fn depth_is_bounded_and_told() {
    let frames = frames(2 * MAX_FRAMES);
    assert_eq!(frames.addresses().len(), MAX_FRAMES);
    assert!(frames.is_truncated());
}

#[test]
fn without_a_bound_it_ends_with_the_stack() {
    let (here, mut into) = (0u8, Buffer::default());
    walk(black_box(&raw const here).addr()..usize::MAX, &mut into);
    let frames = Frames::from(&into);
    assert!(!frames.addresses().is_empty() && !frames.is_truncated());
}
