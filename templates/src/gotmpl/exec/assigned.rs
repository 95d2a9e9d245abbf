//! Which variables a part of a template assigns.

use crate::gotmpl::ast::{Branch, Node, Pipe, Symbol};

/// Collects the variables that are assigned anywhere under a condition, in either case.
pub(super) fn in_branch(branch: &Branch, symbols: &mut Vec<Symbol>) {
    in_nodes(&branch.list, symbols);
    if let Some(otherwise) = &branch.otherwise {
        in_nodes(otherwise, symbols);
    }
}

fn in_nodes(nodes: &[Node], symbols: &mut Vec<Symbol>) {
    for node in nodes {
        match node {
            Node::Action(_, pipe) => in_pipe(pipe, symbols),
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                in_pipe(&branch.pipe, symbols);
                in_branch(branch, symbols);
            }
            Node::Text(_) | Node::Template(..) | Node::Break(_) | Node::Continue(_) => {}
        }
    }
}

fn in_pipe(pipe: &Pipe, symbols: &mut Vec<Symbol>) {
    if pipe.is_assignment {
        for (symbol, _) in &pipe.variables {
            if !symbols.contains(symbol) {
                symbols.push(*symbol);
            }
        }
    }
}
