use super::*;

#[test]
fn an_empty_release_is_written_as_in_go() {
    let json = chart::json::to_string(&Release::default()).unwrap();
    assert_eq!(
        json,
        r#"{"info":{},"chart":{"metadata":{},"lock":null,"templates":null,"values":null,"schema":null,"schemamodtime":"0001-01-01T00:00:00Z","files":null}}"#
    );
}

/// Records that the program in `testdata/releases/generate` wrote with Helm's own types.
#[test]
fn helms_records_survive_byte_for_byte() {
    for (name, text) in [
        ("minimal", include_str!("../../../testdata/releases/minimal.json")),
        ("full", include_str!("../../../testdata/releases/full.json")),
    ] {
        let release: Release = serde_json::from_str(text).unwrap();
        assert_eq!(
            chart::json::to_string(&release).unwrap(),
            text.trim_end(),
            "{name}"
        );
    }
}

#[test]
fn old_and_odd_records_are_read() {
    // Helm 3 wrote an empty text for no time.
    let text = r#"{"name":"web","info":{"first_deployed":"2026-01-02T03:04:05.6Z","deleted":"","status":"deployed"},
        "config":null,"hooks":[{"events":null,"last_run":{"started_at":"","phase":"x"}}],"chart":null,"version":2}"#;
    let release: Release = serde_json::from_str(text).unwrap();
    assert_eq!(release.info.deleted, None);
    assert_eq!(release.info.status, Status::Deployed);
    assert_eq!(release.apply_method(), ApplyMethod::ClientSide);
    assert_eq!(release.hooks[0].last_run.phase.as_str(), "x");
}
