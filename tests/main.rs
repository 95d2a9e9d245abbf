//! All integration tests in one binary: it links once, and the control plane is started once.

mod support;
mod architecture;
mod cli;
mod cluster;
mod docs;
mod fuzz;
mod registry;
mod repository;
mod tools;
