use serde_json::json;

use super::*;

fn deployment(spec: Value) -> Value {
    json!({"spec": {"template": {"spec": spec}}})
}

fn merge(original: Value, wanted: Value, live: Value) -> Value {
    let [original, wanted, live] = [original, wanted, live].map(deployment);
    let merged = three_way(&original, &wanted, &live, Schema::of("apps", "Deployment"));
    merged["spec"]["template"]["spec"].clone()
}

#[test]
fn what_left_the_manifest_goes_and_what_others_set_stays() {
    let merged = merge(
        json!({"a": 1, "b": {"x": 1, "y": 2}, "gone": true}),
        json!({"a": 2, "b": {"x": 1}, "new": 3}),
        json!({"a": 1, "b": {"x": 5, "y": 2, "z": 3}, "gone": true, "foreign": "stays"}),
    );
    assert_eq!(
        merged,
        json!({"a": 2, "b": {"x": 1, "z": 3}, "new": 3, "foreign": "stays"})
    );
}

#[test]
fn containers_are_merged_by_name() {
    let merged = merge(
        json!({"containers": [{"name": "web", "image": "a:1", "env": [{"name": "OLD", "value": "1"}]}, {"name": "old"}]}),
        json!({"containers": [{"name": "web", "image": "a:2", "env": [{"name": "NEW", "value": "2"}]}]}),
        json!({"containers": [
            {"name": "injected", "image": "proxy"},
            {"name": "web", "image": "a:1", "terminationMessagePath": "/x", "env": [
                {"name": "OLD", "value": "1"}, {"name": "FOREIGN", "value": "3"},
            ]},
            {"name": "old"},
        ]}),
    );
    assert_eq!(
        merged,
        json!({"containers": [
            {"name": "injected", "image": "proxy"},
            {"name": "web", "image": "a:2", "terminationMessagePath": "/x", "env": [
                {"name": "NEW", "value": "2"}, {"name": "FOREIGN", "value": "3"},
            ]},
        ]})
    );
}

#[test]
fn ports_differ_by_protocol_which_is_tcp_by_default() {
    let port = |number: u16, protocol: &str| json!({"containerPort": number, "protocol": protocol});
    let merged = merge(
        json!({"containers": [{"name": "dns", "ports": [{"containerPort": 53}, port(53, "UDP")]}]}),
        json!({"containers": [{"name": "dns", "ports": [{"containerPort": 53, "name": "tcp"}]}]}),
        json!({"containers": [{"name": "dns", "ports": [port(53, "TCP"), port(53, "UDP")]}]}),
    );
    assert_eq!(
        merged["containers"][0]["ports"],
        json!([{"containerPort": 53, "protocol": "TCP", "name": "tcp"}])
    );
}

#[test]
fn a_volume_of_another_type_loses_the_old_one() {
    let merged = merge(
        json!({"volumes": [{"name": "v", "emptyDir": {}}]}),
        json!({"volumes": [{"name": "v", "configMap": {"name": "c"}}]}),
        json!({"volumes": [{"name": "v", "emptyDir": {"sizeLimit": "1Gi"}}, {"name": "token", "secret": {}}]}),
    );
    assert_eq!(
        merged["volumes"],
        json!([{"name": "v", "configMap": {"name": "c"}}, {"name": "token", "secret": {}}])
    );
}

#[test]
fn other_lists_are_replaced_and_finalizers_are_a_set() {
    let merged = merge(
        json!({"tolerations": [{"key": "a"}]}),
        json!({"tolerations": [{"key": "b"}]}),
        json!({"tolerations": [{"key": "a"}, {"key": "injected"}]}),
    );
    assert_eq!(merged["tolerations"], json!([{"key": "b"}]));

    let object = |finalizers: Value| json!({"metadata": {"finalizers": finalizers}});
    let merged = three_way(
        &object(json!(["a", "b"])),
        &object(json!(["b", "c"])),
        &object(json!(["a", "b", "foreign"])),
        Schema::of("", "ConfigMap"),
    );
    assert_eq!(merged, object(json!(["b", "c", "foreign"])));
}

#[test]
fn null_is_absence() {
    let merged = merge(json!({}), json!({"a": null, "b": null}), json!({"a": 1}));
    assert_eq!(merged, json!({}));
}

#[test]
fn patches_say_what_is_different() {
    let patch = merge_patch(
        &json!({"a": 1, "b": {"c": [1], "d": 2}, "e": 3}),
        &json!({"a": 1, "b": {"c": [2], "d": 2}, "f": 4}),
    );
    assert_eq!(patch, Some(json!({"b": {"c": [2]}, "e": null, "f": 4})));
    assert_eq!(merge_patch(&json!({"a": [1]}), &json!({"a": [1]})), None);
}

#[test]
fn custom_kinds_are_known() {
    for (api_version, kind, is) in [
        ("v1", "Service", true),
        ("apps/v1", "Deployment", true),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", true),
        ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", false),
        ("apiregistration.k8s.io/v1", "APIService", false),
        ("example.com/v1", "Widget", false),
    ] {
        assert_eq!(
            is_built_in(&GroupVersionKind::new(api_version, kind)),
            is,
            "{kind}"
        );
    }
}
