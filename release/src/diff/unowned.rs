//! Fields that the server keeps for itself: they change by themselves, and nobody sends them.

/// Paths from the root of an object.
const UNOWNED: [&str; 7] = [
    // What the object is like now is not what somebody wants.
    ".status",
    // Changes with every write, even by those who only touch a label.
    ".metadata.managedFields",
    ".metadata.resourceVersion",
    ".metadata.generation",
    // Given once, when the object is made.
    ".metadata.uid",
    ".metadata.creationTimestamp",
    // Not set any more since Kubernetes 1.20; charts copied from live objects have it.
    ".metadata.selfLink",
];

/// Says whether a field is the server's own.
pub(super) fn is_unowned(path: &str) -> bool {
    UNOWNED.contains(&path)
}
