//! What functions are known for, by name.

/// Functions that look at a list or map without reading what is in it.
pub(super) const LOOKING: [&str; 9] = [
    "not",
    "empty",
    "len",
    "kindIs",
    "kindOf",
    "typeIs",
    "typeOf",
    "typeIsLike",
    "hasKey",
];

/// Functions that hand on their arguments, or parts of them, as they are.
pub(super) const PASSING: [&str; 42] = [
    "default",
    "coalesce",
    "ternary",
    "required",
    "and",
    "or",
    "all",
    "any",
    "get",
    "index",
    "dig",
    "first",
    "mustFirst",
    "last",
    "mustLast",
    "rest",
    "mustRest",
    "initial",
    "mustInitial",
    "append",
    "mustAppend",
    "push",
    "mustPush",
    "prepend",
    "mustPrepend",
    "concat",
    "slice",
    "mustSlice",
    "reverse",
    "mustReverse",
    "dict",
    "list",
    "tuple",
    "pick",
    "omit",
    "set",
    "unset",
    "merge",
    "mustMerge",
    "mergeOverwrite",
    "mustMergeOverwrite",
    "deepCopy",
];

/// Functions that give something else each time, or when something else is in the cluster.
pub(super) const RANDOM: [&str; 26] = [
    "ago",
    "bcrypt",
    "encryptAES",
    "genCA",
    "genCAWithKey",
    "genPrivateKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "getHostByName",
    "htpasswd",
    "lookup",
    "now",
    "randAlpha",
    "randAlphaNum",
    "randAscii",
    "randBytes",
    "randInt",
    "randNumeric",
    "shuffle",
    "uuidv4",
    "date",
    "dateInZone",
    "date_in_zone",
    "htmlDate",
];

/// Of these, those that only do so for what is no time.
pub(super) const OF_NO_TIME: [&str; 4] = ["date", "dateInZone", "date_in_zone", "htmlDate"];

/// Says whether a name is one of these.
pub(super) fn is_one_of(names: &[&str], name: &[u8]) -> bool {
    names.iter().any(|known| known.as_bytes() == name)
}

/// Says whether a function lays maps over each other.
pub(super) fn is_merge(name: &[u8]) -> bool {
    is_one_of(
        &["merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite"],
        name,
    )
}
