//! Functions that can be commands.

use core::any::Any;
use core::fmt::Debug;
use core::future::Future;
use core::pin::Pin;
use std::boxed::Box;
use std::format;
use std::panic::resume_unwind;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use super::caller::Caller;
use super::usage::{Reader, WrongArgs};
use crate::supervise::{Arg, BoxError, Output, spawn_blocking};

/// A call that is under way: its result in words, where it has one.
pub(in crate::control) type Job =
    Pin<Box<dyn Future<Output = Result<Option<String>, BoxError>> + Send>>;

/// A call that lacks nothing but its caller.
pub(in crate::control) type Prepared = Box<dyn FnOnce(Caller) -> Job + Send>;

/// Makes a call of what was given.
pub(super) type Prepare = Box<dyn Fn(&mut Reader<'_>) -> Result<Prepared, WrongArgs> + Send + Sync>;

/// What is known of an argument.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub(super) kind: &'static str,
    pub(super) is_optional: bool,
}

/// A function as a command.
pub(super) struct Call {
    pub(super) params: Vec<Param>,
    pub(super) prepare: Prepare,
}

/// An async function of a [`Caller`] and up to six arguments; `A` is the tuple of their types.
pub trait Handler<A>: Send + Sync + 'static {
    /// What it takes.
    #[doc(hidden)]
    fn params() -> Vec<Param>;

    /// A call of it.
    #[doc(hidden)]
    fn prepare(self: &Arc<Self>, reader: &mut Reader<'_>) -> Result<Prepared, WrongArgs>;
}

/// The same for a function that blocks.
pub trait BlockingHandler<A>: Send + Sync + 'static {
    /// What it takes.
    #[doc(hidden)]
    fn params() -> Vec<Param>;

    /// A call of it.
    #[doc(hidden)]
    fn prepare(self: &Arc<Self>, reader: &mut Reader<'_>) -> Result<Prepared, WrongArgs>;
}

pub(super) fn of_async<H: Handler<A>, A>(handler: H) -> Call {
    let handler = Arc::new(handler);
    Call { params: H::params(), prepare: Box::new(move |reader| handler.prepare(reader)) }
}

pub(super) fn of_blocking<H: BlockingHandler<A>, A>(handler: H) -> Call {
    let handler = Arc::new(handler);
    Call { params: H::params(), prepare: Box::new(move |reader| handler.prepare(reader)) }
}

macro_rules! of_functions {
    ($(($($name:ident $arg:ident),*))*) => {$(
        impl<F, Fut, $($name),*> Handler<($($name,)*)> for F
        where
            F: Fn(Caller, $($name),*) -> Fut + Send + Sync + 'static,
            Fut: Future + Send + 'static,
            Fut::Output: Output,
            $($name: Arg,)*
        {
            fn params() -> Vec<Param> {
                Vec::from([$(param::<$name>()),*])
            }

            fn prepare(self: &Arc<Self>, reader: &mut Reader<'_>) -> Result<Prepared, WrongArgs> {
                $(let $arg: $name = reader.next()?;)*
                reader.finish()?;
                let handler = Arc::clone(self);
                Ok(Box::new(move |caller| {
                    Box::pin(async move { in_words(handler(caller, $($arg),*).await) })
                }))
            }
        }

        impl<F, O, $($name),*> BlockingHandler<($($name,)*)> for F
        where
            F: Fn(Caller, $($name),*) -> O + Send + Sync + 'static,
            O: Output,
            $($name: Arg,)*
        {
            fn params() -> Vec<Param> {
                Vec::from([$(param::<$name>()),*])
            }

            fn prepare(self: &Arc<Self>, reader: &mut Reader<'_>) -> Result<Prepared, WrongArgs> {
                $(let $arg: $name = reader.next()?;)*
                reader.finish()?;
                let handler = Arc::clone(self);
                Ok(Box::new(move |caller| {
                    Box::pin(on_a_thread(move || handler(caller, $($arg),*)))
                }))
            }
        }
    )*};
}

of_functions! {
    ()
    (A a)
    (A a, B b)
    (A a, B b, C c)
    (A a, B b, C c, D d)
    (A a, B b, C c, D d, E e)
    (A a, B b, C c, D d, E e, G g)
}

fn param<A: Arg>() -> Param {
    Param { kind: A::KIND, is_optional: A::IS_OPTIONAL }
}

async fn on_a_thread<O: Output>(
    work: impl FnOnce() -> O + Send + 'static,
) -> Result<Option<String>, BoxError> {
    match spawn_blocking(work).await {
        Ok(output) => in_words(output),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(error) => Err(error.into()),
        },
    }
}

/// The most bytes of a result that are told.
const RESULT_MAX: usize = 64 << 10;

/// What a function returned: a text as it is, nothing for `()`, anything else as `Debug` shows it.
fn in_words<O: Output>(output: O) -> Result<Option<String>, BoxError> {
    let value = output.into_result()?;
    let any: &dyn Any = &value;
    if any.is::<()>() {
        return Ok(None);
    }
    let mut text = any.downcast_ref::<String>().cloned().unwrap_or_else(|| debug(&value));
    if text.len() > RESULT_MAX {
        let end = (0..=RESULT_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    Ok(Some(text))
}

fn debug(value: &impl Debug) -> String {
    format!("{value:?}")
}
