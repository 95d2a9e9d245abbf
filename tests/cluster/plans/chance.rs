//! Charts that make up passwords, keys and times: a saved plan is carried out with those that it showed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use release::diff::{Secrecy, Shown};
use serde_json::Value;
use sha2::Sha256;

use crate::cluster::scenarios::snapshot::Api;
use crate::support::TestEnv;

const TEMPLATE: &str = r#"
apiVersion: v1
kind: Secret
metadata: {name: made-up}
data:
  password: {{ randAlphaNum 32 | b64enc }}
  bytes: {{ randBytes 32 | b64enc }}
  key: {{ genPrivateKey "ed25519" | b64enc }}
  htpasswd: {{ htpasswd "me" "secret" | b64enc }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: made}
data:
  at: {{ now | date "2006-01-02T15:04:05" | quote }}
  id: {{ uuidv4 }}
  from: {{ dig "data" "a" "none" (lookup "v1" "ConfigMap" .Release.Namespace "other") }}
"#;

fn prepare(env: &TestEnv, namespace: &str) -> Api {
    env.write("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    env.write("shop/templates/all.yaml", TEMPLATE);
    let api = Api::of(env);
    api.make_namespace(namespace);
    api
}

fn plan(env: &TestEnv, namespace: &str) {
    let line = format!("plan install web ./shop --namespace {namespace} --save {namespace}.plan");
    let said = env.cox(&line);
    assert_eq!(said.code, 2, "{said:?}");
}

/// Returns the digests that a plan shows of the Secret's data, and the plain texts of the ConfigMap's, by field.
fn shown(env: &TestEnv, namespace: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(env.path().join(format!("{namespace}.plan"))).expect("a plan");
    let plan: Value = serde_json::from_str(&text).expect("it is JSON");
    let changes: release::diff::ChangeSet =
        serde_json::from_value(plan["changes"].clone()).expect("it has changes");
    let fields = changes.objects.into_iter().flat_map(|change| change.fields);
    let data = fields.filter(|field| field.path.starts_with(".data."));
    data.map(|field| match field.after.expect("it is made") {
        Shown::Hidden(digest) => (field.path, digest),
        Shown::Plain(value) => (field.path, value.as_str().unwrap_or_default().to_owned()),
    })
    .collect()
}

/// The digests of a plan: with a key that is made of the key beside it.
fn secrecy(env: &TestEnv, namespace: &str) -> Secrecy {
    let text = std::fs::read_to_string(env.path().join(format!("{namespace}.plan.key"))).expect("a key");
    let key = STANDARD.decode(text.trim()).expect("it is base64");
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&key).expect("a key of any length");
    mac.update(b"digest\0");
    Secrecy::new(mac.finalize().into_bytes().to_vec())
}

/// Returns what is in the cluster, in the form in which a plan shows it.
fn live(env: &TestEnv, api: &Api, namespace: &str) -> Vec<(String, String)> {
    let read = |path: &str| {
        let object = api.get(&format!("/api/v1/namespaces/{namespace}/{path}"));
        object.expect("it is there")["data"]
            .as_object()
            .expect("it has data")
            .clone()
    };
    let secrecy = secrecy(env, namespace);
    let hidden = read("secrets/made-up").into_iter();
    let hidden = hidden.map(|(name, value)| (format!(".data.{name}"), secrecy.digest(&value)));
    let plain = read("configmaps/made").into_iter();
    let plain = plain.map(|(name, value)| {
        let text = value.as_str().unwrap_or_default().to_owned();
        (format!(".data.{name}"), text)
    });
    hidden.chain(plain).collect()
}

#[test]
fn what_was_shown_is_what_is_made() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let api = prepare(&env, "chance-one");
    prepare(&env, "chance-two");
    for namespace in ["chance-one", "chance-two"] {
        plan(&env, namespace);
    }
    // The time goes on, and the plan stays.
    std::thread::sleep(std::time::Duration::from_secs(2));
    let password = |namespace: &str| {
        let planned = shown(&env, namespace);
        env.cox(&format!("apply {namespace}.plan")).ok();
        assert_eq!(live(&env, &api, namespace), planned);
        let secret = api.get(&format!("/api/v1/namespaces/{namespace}/secrets/made-up"));
        secret.expect("it is there")["data"]["password"].clone()
    };
    let (one, two) = (password("chance-one"), password("chance-two"));
    assert_ne!(one, two, "each plan makes up its own");
    let file = std::fs::read_to_string(env.path().join("chance-one.plan")).expect("a plan");
    assert!(!file.contains("seed") && !file.contains(one.as_str().expect("a text")));
}

#[test]
fn a_plan_that_is_refreshed_keeps_its_passwords() {
    let Some(env) = TestEnv::on_cluster() else { return };
    prepare(&env, "chance-again");
    plan(&env, "chance-again");
    let before = shown(&env, "chance-again");
    let told = env.cox("apply chance-again.plan --refresh").ok();
    assert_eq!(told, "nothing has moved since the plan was made\n");
    assert_eq!(shown(&env, "chance-again"), before);
}

#[test]
fn a_name_that_is_made_up_is_the_one_that_was_shown() {
    let Some(env) = TestEnv::on_cluster() else { return };
    prepare(&env, "chance-name");
    let at = "--namespace chance-name";
    for (flags, file) in [
        ("-g", "g.plan"),
        ("--name-template 'a-{{randNumeric 6}}'", "t.plan"),
    ] {
        let said = env.cox(&format!("plan install {flags} ./shop {at} --save {file}"));
        assert_eq!(said.code, 2, "{said:?}");
        let name = said.stdout.split(' ').nth(1).expect("a name").to_owned();
        std::thread::sleep(std::time::Duration::from_millis(1100));
        env.cox(&format!("apply {file}")).ok();
        assert!(env.cox(&format!("list -q {at}")).ok().contains(&name), "{name}");
        env.cox(&format!("uninstall {name} {at}")).ok();
    }
}

#[test]
fn what_templates_look_up_is_not_chance() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let api = prepare(&env, "chance-lookup");
    plan(&env, "chance-lookup");
    let other = serde_json::json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other", "namespace": "chance-lookup"},
        "data": {"a": "b"},
    });
    api.apply(&other, "somebody");
    let error = env.cox("apply chance-lookup.plan").failed();
    let words = "ConfigMap/made in namespace chance-lookup: something else would be sent, though chart and values are the \
                 same: templates look up something";
    assert!(error.contains(words), "{error}");
}
