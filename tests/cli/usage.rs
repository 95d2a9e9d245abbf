//! Errors of the command line, in Helm's words.

use crate::support::TestEnv;

/// Command lines and what the real Helm 4.2.4 says to them, but for the program's name.
const CASES: [(&str, &str); 12] = [
    (
        "install",
        "\"cox install\" requires at least 1 argument\n\nUsage:  cox install [NAME] [CHART] [flags]",
    ),
    (
        "status",
        "\"cox status\" requires 1 argument\n\nUsage:  cox status RELEASE_NAME [flags]",
    ),
    (
        "list a",
        "\"cox list\" accepts no arguments\n\nUsage:  cox list [flags]",
    ),
    ("list --nope", "unknown flag: --nope"),
    (
        "bogus",
        "unknown command \"bogus\" for \"cox\"\nRun 'cox --help' for usage.",
    ),
    (
        "install web . -o xml",
        "invalid argument \"xml\" for \"-o, --output\" flag: invalid format type",
    ),
    (
        "install web . --wait=foo",
        "invalid argument \"foo\" for \"--wait\" flag: invalid wait input \"foo\". Valid inputs are watcher, hookOnly, and legacy",
    ),
    (
        "install web . --timeout x",
        "invalid argument \"x\" for \"--timeout\" flag: time: invalid duration \"x\"",
    ),
    (
        "install web",
        "INSTALLATION FAILED: must either provide a name or specify --generate-name",
    ),
    (
        "install web ./nochart",
        "INSTALLATION FAILED: path \"./nochart\" not found",
    ),
    (
        "rollback web x",
        "could not convert revision to a number: strconv.Atoi: parsing \"x\": invalid syntax",
    ),
    (
        "template web . -f missing.yaml",
        "open missing.yaml: no such file or directory",
    ),
];

#[test]
fn errors_read_like_helms() {
    let env = TestEnv::offline();
    for (line, message) in CASES {
        assert_eq!(
            env.cox(line).failed(),
            format!("Error: {message}\n"),
            "cox {line}"
        );
    }
}

#[test]
fn help_is_no_error() {
    let help = TestEnv::offline().cox("install --help").ok();
    assert!(help.contains("--create-namespace"), "{help}");
}

#[test]
fn a_flag_takes_its_value_in_every_way_of_pflag() {
    let env = TestEnv::offline();
    env.write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");
    env.write(
        "c/templates/a.yaml",
        "a: {{ .Values.a }}\nns: {{ .Release.Namespace }}\n",
    );
    let expected = "---\n# Source: c/templates/a.yaml\na: -1\nns: apps\n";
    for line in [
        "template --set a=-1 x c -n apps",
        "template x c --set=a=-1 --namespace=apps",
        "template -napps x c --set a=-1",
    ] {
        assert_eq!(env.cox(line).ok().trim_end(), expected.trim_end(), "cox {line}");
    }
    env.cox("template x c --include-crds=false --include-crds").ok();
}
