//! Where charts come from and go to.
