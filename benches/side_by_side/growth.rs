//! Charts that grow: what takes ten times as much should take ten times as long, and no more.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::cases::Case;

/// Writes charts of growing size into `home`, and renders them.
pub(crate) fn cases(home: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for subcharts in [10, 100, 1000] {
        let chart = format!("subcharts-{subcharts}");
        with_subcharts(&home.join(&chart), subcharts);
        let name = format!("template, {subcharts} subcharts");
        cases.push(Case::fixed(
            &name,
            runs(subcharts),
            &format!("template web {chart}"),
        ));
    }
    calls_tpl(&home.join("tpl"));
    for calls in [100, 1000, 10_000] {
        let line = format!("template web tpl --set calls={calls}");
        cases.push(Case::fixed(
            &format!("template, {calls} calls of tpl"),
            runs(calls),
            &line,
        ));
    }
    for megabytes in [1, 10, 30] {
        let file = format!("values-{megabytes}.yaml");
        write(&home.join(&file), &values(megabytes * 1_000_000));
        let line = format!("template web tpl --set calls=1 -f {file}");
        cases.push(Case::fixed(
            &format!("template, {megabytes} MB of values"),
            3,
            &line,
        ));
    }
    cases
}

fn runs(size: usize) -> usize {
    if size >= 1000 { 3 } else { 10 }
}

fn with_subcharts(folder: &Path, count: usize) {
    chart(folder, "parent");
    for n in 0..count {
        let name = format!("sub{n}");
        let subchart = folder.join("charts").join(&name);
        chart(&subchart, &name);
        write(
            &subchart.join("values.yaml"),
            "replicas: 1\nimage: {repository: app, tag: v1}\n",
        );
        let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-{{ .Chart.Name }}}\n\
                        data:\n  image: {{ .Values.image.repository }}:{{ .Values.image.tag }}\n";
        write(&subchart.join("templates/config.yaml"), template);
    }
}

fn calls_tpl(folder: &Path) {
    chart(folder, "tpl");
    write(
        &folder.join("values.yaml"),
        "calls: 1\ntext: 'value of {{ .Values.calls }}'\n",
    );
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tpl}\ndata:\n\
                    {{- range $n := until (int .Values.calls) }}\n  key{{ $n }}: {{ tpl $.Values.text $ }}\n{{- end }}\n";
    write(&folder.join("templates/config.yaml"), template);
}

/// Values in the form that people write: maps of maps with lists and texts.
fn values(size: usize) -> String {
    let mut text = String::with_capacity(size + 300);
    let mut n = 0;
    while text.len() < size {
        write!(
            text,
            "service{n}:\n  enabled: true\n  image:\n    repository: registry.example/team/service{n}\n    tag: \"1.{n}.0\"\n  \
             replicas: {n}\n  env:\n    - name: LOG_LEVEL\n      value: info\n    - name: GREETING\n      value: hello, world\n"
        )
        .expect("texts can be written to");
        n += 1;
    }
    text
}

fn chart(folder: &Path, name: &str) {
    fs::create_dir_all(folder.join("templates")).expect("the home can be written to");
    write(
        &folder.join("Chart.yaml"),
        &format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n"),
    );
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).expect("the home can be written to");
}
