//! Which variables a part of a template assigns.

use crate::gotmpl::ast::{Branch, Node, Pipe, Source, Symbol};
use crate::gotmpl::nodes::List;

/// Collects the variables that are assigned anywhere under a condition, in either case.
pub(super) fn in_branch(source: &Source, branch: &Branch, symbols: &mut Vec<Symbol>) {
    in_nodes(source, branch.list, symbols);
    if let Some(otherwise) = branch.otherwise {
        in_nodes(source, otherwise, symbols);
    }
}

fn in_nodes(source: &Source, nodes: List<Node>, symbols: &mut Vec<Symbol>) {
    for node in &source[nodes] {
        match node {
            Node::Action(pipe) => in_pipe(source, pipe, symbols),
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                let branch = &source[*branch];
                in_pipe(source, &branch.pipe, symbols);
                in_branch(source, branch, symbols);
            }
            Node::Text(_) | Node::Template(..) | Node::Break(_) | Node::Continue(_) => {}
        }
    }
}

fn in_pipe(source: &Source, pipe: &Pipe, symbols: &mut Vec<Symbol>) {
    if source.is_assignment(pipe) {
        for (symbol, _) in source.targets(pipe) {
            if !symbols.contains(symbol) {
                symbols.push(*symbol);
            }
        }
    }
}
