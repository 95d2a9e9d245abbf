//! The tree of a parsed template.

use super::number::Number;
use super::printf::quote;
use super::text::Text;
use super::value::Value;
use std::fmt::{self, Display, Formatter};
use std::rc::Rc;

/// A text that templates were parsed from.
#[derive(Debug)]
pub(super) struct Source {
    /// The name that it was parsed under.
    pub(super) name: Text,
    pub(super) text: Text,
}

/// One template: what stands in the text outside of definitions, or in one definition.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) name: Text,
    pub(super) source: Rc<Source>,
    pub(super) root: Vec<Node>,
}

impl Tree {
    /// Says whether there is nothing but space and comments.
    pub(super) fn is_empty(&self) -> bool {
        self.root.iter().all(|node| match node {
            Node::Text(span) => is_blank(&self.source.text[span.start as usize..span.end as usize]),
            _ => false,
        })
    }
}

fn is_blank(text: &[u8]) -> bool {
    String::from_utf8_lossy(text).trim().is_empty()
}

/// A part of the source, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// What a template is a list of. The span starts where Go says that the node is.
#[derive(Debug)]
pub(super) enum Node {
    Text(Span),
    Action(Span, Pipe),
    If(Branch),
    With(Branch),
    Range(Branch),
    Template(Span, Text, Option<Pipe>),
    Break(Span),
    Continue(Span),
}

/// `if`, `with` and `range`: a pipeline, what to do with it, what to do otherwise.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) span: Span,
    pub(super) pipe: Pipe,
    pub(super) list: Vec<Node>,
    pub(super) otherwise: Option<Vec<Node>>,
}

/// A pipeline: commands that hand on their value, and the variables that get it.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) position: u32,
    /// The variables are assigned, not declared.
    pub(super) is_assignment: bool,
    pub(super) variables: Vec<(Symbol, Text)>,
    pub(super) commands: Vec<Command>,
}

/// A word with arguments.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) position: u32,
    pub(super) words: Vec<Expression>,
}

/// Stands for the name of a variable within one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Symbol(pub(super) u32);

/// The variable `$`.
pub(super) const ROOT: Symbol = Symbol(0);

/// A word of a command, and where it starts.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) position: u32,
    pub(super) kind: ExpressionKind,
}

#[derive(Debug)]
pub(super) enum ExpressionKind {
    Bool(bool),
    Dot,
    Nil,
    Field(Vec<Text>),
    Chain(Box<Expression>, Vec<Text>),
    /// A function by its name and its number in the table.
    Function(Text, usize),
    Number(Text, Number),
    /// A string as written and as a value.
    String(Text, Value),
    Variable(Symbol, Text, Vec<Text>),
    Pipe(Box<Pipe>),
}

/// Some node, for an error to say where it happened.
#[derive(Debug, Clone, Copy)]
pub(super) enum NodeRef<'t> {
    Node(&'t Node),
    Pipe(&'t Pipe),
    Command(&'t Command),
    Expression(&'t Expression),
}

impl NodeRef<'_> {
    pub(super) fn position(self) -> usize {
        let position = match self {
            Self::Node(Node::If(branch) | Node::With(branch) | Node::Range(branch)) => branch.span.start,
            Self::Node(
                Node::Text(span)
                | Node::Action(span, _)
                | Node::Template(span, ..)
                | Node::Break(span)
                | Node::Continue(span),
            ) => span.start,
            Self::Pipe(pipe) => pipe.position,
            Self::Command(command) => command.position,
            Self::Expression(expression) => expression.position,
        };
        position as usize
    }
}

/// Prints a node as Go does. The lists inside `if`, `with` and `range` are left out: no error is reported there.
impl Display for NodeRef<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pipe(pipe) => pipe.fmt(out),
            Self::Command(command) => command.fmt(out),
            Self::Expression(expression) => expression.fmt(out),
            Self::Node(node) => match node {
                Node::Text(_) => Ok(()),
                Node::Action(_, pipe) => write!(out, "{{{{{pipe}}}}}"),
                Node::If(branch) => write!(out, "{{{{if {}}}}}", branch.pipe),
                Node::With(branch) => write!(out, "{{{{with {}}}}}", branch.pipe),
                Node::Range(branch) => write!(out, "{{{{range {}}}}}", branch.pipe),
                Node::Template(_, name, None) => write!(out, "{{{{template {}}}}}", quote(name)),
                Node::Template(_, name, Some(pipe)) => write!(out, "{{{{template {} {pipe}}}}}", quote(name)),
                Node::Break(_) => out.write_str("{{break}}"),
                Node::Continue(_) => out.write_str("{{continue}}"),
            },
        }
    }
}

impl Display for Pipe {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (position, (_, name)) in self.variables.iter().enumerate() {
            write!(out, "{}{name}", if position > 0 { ", " } else { "" })?;
        }
        if !self.variables.is_empty() {
            out.write_str(if self.is_assignment { " = " } else { " := " })?;
        }
        for (position, command) in self.commands.iter().enumerate() {
            write!(out, "{}{command}", if position > 0 { " | " } else { "" })?;
        }
        Ok(())
    }
}

impl Display for Command {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (position, word) in self.words.iter().enumerate() {
            let blank = if position > 0 { " " } else { "" };
            match &word.kind {
                ExpressionKind::Pipe(pipe) => write!(out, "{blank}({pipe})")?,
                _ => write!(out, "{blank}{word}")?,
            }
        }
        Ok(())
    }
}

impl Display for Expression {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let fields = match &self.kind {
            ExpressionKind::Bool(truth) => return truth.fmt(out),
            ExpressionKind::Dot => return out.write_str("."),
            ExpressionKind::Nil => return out.write_str("nil"),
            ExpressionKind::Function(name, _) => return name.fmt(out),
            ExpressionKind::Number(text, _) | ExpressionKind::String(text, _) => return text.fmt(out),
            ExpressionKind::Pipe(pipe) => return pipe.fmt(out),
            ExpressionKind::Field(names) => names,
            ExpressionKind::Variable(_, name, fields) => {
                name.fmt(out)?;
                fields
            }
            ExpressionKind::Chain(inner, fields) => {
                match &inner.kind {
                    ExpressionKind::Pipe(pipe) => write!(out, "({pipe})")?,
                    _ => inner.fmt(out)?,
                }
                fields
            }
        };
        fields.iter().try_for_each(|field| write!(out, ".{field}"))
    }
}
