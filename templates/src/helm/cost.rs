//! Which functions take much longer than others, so that loops of them end as well.

use crate::gotmpl::{Cost, Functions};

/// Makes keys or stretches a password: up to a second each.
const SLOW: [&str; 11] = [
    "genPrivateKey",
    "genCA",
    "genCAWithKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "derivePassword",
    "bcrypt",
    "htpasswd",
    "getHostByName",
];

/// Goes through all of its arguments, with what is in them.
const WALKING: [&str; 38] = [
    "toYaml",
    "mustToYaml",
    "toYamlPretty",
    "toJson",
    "mustToJson",
    "toPrettyJson",
    "mustToPrettyJson",
    "toRawJson",
    "mustToRawJson",
    "toToml",
    "mustToToml",
    "deepCopy",
    "mustDeepCopy",
    "merge",
    "mustMerge",
    "mergeOverwrite",
    "mustMergeOverwrite",
    "deepEqual",
    "eq",
    "ne",
    "print",
    "println",
    "printf",
    "html",
    "js",
    "urlquery",
    "toString",
    "toStrings",
    "quote",
    "squote",
    "cat",
    "join",
    "sortAlpha",
    "indent",
    "nindent",
    "replace",
    "regexReplaceAll",
    "mustRegexReplaceAll",
];

/// Compares each item with each other one.
const COMPARING: [&str; 6] = ["uniq", "mustUniq", "without", "mustWithout", "has", "mustHas"];

/// Steps of one of the slow functions.
const SLOW_STEPS: u64 = 400_000;

/// Notes what the functions cost.
pub(super) fn set(functions: &mut Functions) {
    for name in SLOW {
        functions.set_cost(name, Cost::Steps(SLOW_STEPS));
    }
    for name in WALKING {
        functions.set_cost(name, Cost::Walk);
    }
    for name in COMPARING {
        functions.set_cost(name, Cost::Square);
    }
}
