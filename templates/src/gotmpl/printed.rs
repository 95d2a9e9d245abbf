//! Nodes as Go prints them in its errors.

use super::ast::{Branch, Command, Expression, Node, NodeRef, Pipe, Source, Span};
use super::nodes::{Id, Part};
use super::printf::quote;
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

/// A node that prints as Go prints it.
#[derive(Clone, Copy)]
pub(super) struct Printed<'t, T>(pub(super) &'t Source, pub(super) T);

impl<'t, T> Printed<'t, T> {
    fn with<U>(&self, other: U) -> Printed<'t, U> {
        Printed(self.0, other)
    }

    fn pipe_of(&self, branch: Id<Branch>) -> Printed<'t, &'t Pipe> {
        let source = self.0;
        Printed(source, &source[branch].pipe)
    }

    /// A part of the tree.
    fn part<U: Part>(&self, part: Id<U>) -> Printed<'t, &'t U> {
        let source = self.0;
        Printed(source, &source[part])
    }

    fn text(&self, span: Span) -> Cow<'t, str> {
        String::from_utf8_lossy(self.0.slice(span))
    }
}

/// The lists inside `if`, `with` and `range` are left out: no error is reported there.
impl Display for Printed<'_, NodeRef<'_>> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let node = match self.1 {
            NodeRef::Pipe(pipe) => return self.with(pipe).fmt(out),
            NodeRef::Command(command) => return self.with(command).fmt(out),
            NodeRef::Expression(expression) => return self.with(expression).fmt(out),
            NodeRef::Node(node) => node,
        };
        match node {
            Node::Text(_) => Ok(()),
            Node::Action(pipe) => write!(out, "{{{{{}}}}}", self.with(pipe)),
            Node::If(branch) => write!(out, "{{{{if {}}}}}", self.pipe_of(*branch)),
            Node::With(branch) => write!(out, "{{{{with {}}}}}", self.pipe_of(*branch)),
            Node::Range(branch) => write!(out, "{{{{range {}}}}}", self.pipe_of(*branch)),
            Node::Template(_, name, pipe) => {
                write!(out, "{{{{template {}", quote(self.0.constant(*name)))?;
                pipe.map_or(Ok(()), |pipe| write!(out, " {}", self.part(pipe)))?;
                out.write_str("}}")
            }
            Node::Break(_) => out.write_str("{{break}}"),
            Node::Continue(_) => out.write_str("{{continue}}"),
        }
    }
}

impl Display for Printed<'_, &Pipe> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let targets = self.0.targets(self.1);
        for (position, (_, name)) in targets.iter().enumerate() {
            write!(
                out,
                "{}{}",
                if position > 0 { ", " } else { "" },
                self.text(*name)
            )?;
        }
        if !targets.is_empty() {
            out.write_str(if self.0.is_assignment(self.1) {
                " = "
            } else {
                " := "
            })?;
        }
        for (position, command) in self.0[self.1.commands].iter().enumerate() {
            write!(
                out,
                "{}{}",
                if position > 0 { " | " } else { "" },
                self.with(command)
            )?;
        }
        Ok(())
    }
}

impl Display for Printed<'_, &Command> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (position, word) in self.0[self.1.words].iter().enumerate() {
            let blank = if position > 0 { " " } else { "" };
            match word {
                Expression::Pipe(pipe) => write!(out, "{blank}({})", self.part(*pipe))?,
                _ => write!(out, "{blank}{}", self.with(word))?,
            }
        }
        Ok(())
    }
}

impl Display for Printed<'_, &Expression> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let fields = match self.1 {
            Expression::Bool(truth, _) => return truth.fmt(out),
            Expression::Dot(_) => return out.write_str("."),
            Expression::Nil(_) => return out.write_str("nil"),
            Expression::Function(span, _)
            | Expression::Number(span, _)
            | Expression::String(span, _)
            | Expression::Variable(_, span) => return out.write_str(&self.text(*span)),
            Expression::Pipe(pipe) => return self.part(*pipe).fmt(out),
            Expression::Field(names) => names,
            Expression::Chain(inner, fields) => {
                match &self.0[*inner] {
                    Expression::Pipe(pipe) => write!(out, "({})", self.part(*pipe))?,
                    _ => self.part(*inner).fmt(out)?,
                }
                fields
            }
        };
        write!(out, ".{}", self.text(fields.0))
    }
}
