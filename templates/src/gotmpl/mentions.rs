//! Which fields templates mention, whether they are executed or not.

use super::ast::{Branch, Command, Expression, Names, Node, Pipe, Tree};
use super::nodes::List;
use super::templates::Templates;
use std::collections::BTreeSet;

/// Functions whose texts are names of entries.
const NAMING: [&[u8]; 6] = [b"get", b"index", b"dig", b"hasKey", b"pluck", b"pick"];

/// Chains of fields, as they stand in the templates: `.Values.image.tag` is `Values`, `image`, `tag`.
type Chains = BTreeSet<Vec<String>>;

impl Templates {
    /// Returns the chains of fields that the templates mention, and the names that they look up.
    pub fn mentions(&self) -> BTreeSet<Vec<String>> {
        let mut chains = Chains::new();
        for tree in self.trees() {
            in_nodes(tree, tree.root, &mut chains);
        }
        chains
    }
}

fn in_nodes(tree: &Tree, nodes: List<Node>, chains: &mut Chains) {
    let source = &tree.source;
    for node in &source[nodes] {
        match node {
            Node::Action(pipe) => in_pipe(tree, pipe, chains),
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                in_branch(tree, &source[*branch], chains);
            }
            Node::Template(_, _, Some(pipe)) => in_pipe(tree, &source[*pipe], chains),
            Node::Template(_, _, None) | Node::Text(_) | Node::Break(_) | Node::Continue(_) => {}
        }
    }
}

fn in_branch(tree: &Tree, branch: &Branch, chains: &mut Chains) {
    in_pipe(tree, &branch.pipe, chains);
    in_nodes(tree, branch.list, chains);
    if let Some(otherwise) = branch.otherwise {
        in_nodes(tree, otherwise, chains);
    }
}

fn in_pipe(tree: &Tree, pipe: &Pipe, chains: &mut Chains) {
    for command in &tree.source[pipe.commands] {
        in_command(tree, command, chains);
    }
}

fn in_command(tree: &Tree, command: &Command, chains: &mut Chains) {
    let words = &tree.source[command.words];
    let is_naming = match words.first() {
        Some(Expression::Function(name, _)) => NAMING.contains(&tree.source.slice(*name)),
        _ => false,
    };
    for word in words {
        if let (Expression::String(_, text), true) = (word, is_naming)
            && let Some(name) = tree.constant(*text).as_text()
        {
            chains.insert(vec![name.to_string()]);
        }
        in_word(tree, word, chains);
    }
}

fn in_word(tree: &Tree, word: &Expression, chains: &mut Chains) {
    let names = match word {
        Expression::Field(names) => Some(*names),
        Expression::Variable(_, whole) => tree.source.variable(*whole).1,
        Expression::Chain(inner, names) => {
            in_word(tree, &tree.source[*inner], chains);
            Some(*names)
        }
        Expression::Pipe(pipe) => {
            in_pipe(tree, &tree.source[*pipe], chains);
            None
        }
        _ => None,
    };
    chains.extend(names.map(|names| chain(tree, names)));
}

fn chain(tree: &Tree, names: Names) -> Vec<String> {
    let names = tree.source.names(names);
    names
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect()
}
