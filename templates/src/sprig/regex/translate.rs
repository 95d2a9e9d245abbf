//! Writing a parsed pattern in the syntax of the `regex` crate.

use super::syntax::{Grouping, Node, Repeat};
use std::fmt::Write as _;

/// Writes a node.
pub(super) fn write(node: &Node, out: &mut String) {
    match node {
        Node::Empty => out.push_str("(?:)"),
        Node::Atom(atom) => out.push_str(atom),
        Node::Group(inner, grouping) => {
            out.push_str(if *grouping == Grouping::Capturing {
                "("
            } else {
                "(?:"
            });
            write(inner, out);
            out.push(')');
        }
        Node::Concat(nodes) => nodes.iter().for_each(|node| write(node, out)),
        Node::Alternate(nodes) => {
            for (at, node) in nodes.iter().enumerate() {
                if at > 0 {
                    out.push('|');
                }
                write(node, out);
            }
        }
        Node::Repeat(inner, repeat) => write_repeat(inner, *repeat, out),
    }
}

fn write_repeat(inner: &Node, repeat: Repeat, out: &mut String) {
    if matches!(inner, Node::Atom(_) | Node::Group(..) | Node::Empty) {
        write(inner, out);
    } else {
        out.push_str("(?:");
        write(inner, out);
        out.push(')');
    }
    let written = match (repeat.min, repeat.max) {
        (0, None) => write!(out, "*"),
        (1, None) => write!(out, "+"),
        (0, Some(1)) => write!(out, "?"),
        (min, None) => write!(out, "{{{min},}}"),
        (min, Some(max)) => write!(out, "{{{min},{max}}}"),
    };
    written.expect("writing to memory does not fail");
    if !repeat.is_greedy {
        out.push('?');
    }
}
