//! The executor: walks a parsed template over data and writes text.

use std::marker::PhantomData;

/// A running template: what functions see that run templates themselves.
pub struct State<'t, 'e>(PhantomData<(&'t (), &'e ())>);
