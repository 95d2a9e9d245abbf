// Writes release records as Helm 4.2.4 does, one JSON file per case, into the folder above.
//
// Run it in a module that requires helm.sh/helm/v4 v4.2.4 with Helm's own go.sum:
//
//	go run . ..
package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	rcommon "helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"
)

func main() {
	zone := time.FixedZone("", 2*3600)
	at := time.Date(2026, 11, 20, 9, 8, 7, 123456000, zone)
	utc := time.Date(2026, 11, 20, 7, 8, 7, 0, time.UTC)
	cases := map[string]*release.Release{
		"minimal": {
			Name:      "web",
			Info:      &release.Info{FirstDeployed: utc, LastDeployed: utc, Status: rcommon.StatusPendingInstall},
			Chart:     &chart.Chart{Metadata: &chart.Metadata{Name: "web", Version: "0.1.0", APIVersion: "v2"}},
			Version:   1,
			Namespace: "default",
		},
		"full": {
			Name: "web",
			Info: &release.Info{
				FirstDeployed: at, LastDeployed: at.Add(time.Hour), Deleted: at.Add(2 * time.Hour),
				Description: "Upgrade \"web\" failed: a < b && c > d\u2028", Status: rcommon.StatusFailed, Notes: "line 1\nline 2",
			},
			Chart: &chart.Chart{
				Metadata: &chart.Metadata{
					Name: "web", Home: "https://example.com?a=1&b=2", Sources: []string{"https://example.com"}, Version: "1.2.3",
					Description: "A chart", Keywords: []string{"a", "b"},
					Maintainers: []*chart.Maintainer{{Name: "N", Email: "n@example.com", URL: "https://n.example.com"}},
					Icon:        "https://example.com/i.png", APIVersion: "v2", Condition: "c", Tags: "t", AppVersion: "4.5", Deprecated: true,
					Annotations: map[string]string{"k": "v"}, KubeVersion: ">=1.20",
					Dependencies: []*chart.Dependency{{Name: "db", Version: "^1", Repository: "https://r", Condition: "db.enabled",
						Tags: []string{"x"}, Enabled: true, ImportValues: []any{"a", map[string]any{"child": "c", "parent": "p"}}, Alias: "d"}},
					Type: "application",
				},
				Lock: &chart.Lock{Generated: at, Digest: "sha256:abc", Dependencies: []*chart.Dependency{{Name: "db", Version: "1.0.0", Repository: "https://r"}}},
				Templates: []*common.File{
					{Name: "templates/a.yaml", ModTime: utc, Data: []byte("a: {{ .Values.a }}\n")},
					{Name: "templates/empty.yaml", Data: []byte{}},
				},
				Values:        map[string]any{"a": 1.0, "b": []any{true, nil, "x"}, "c": map[string]any{}, "d": 1e21, "e": 0.5},
				Schema:        []byte(`{"type":"object"}`),
				SchemaModTime: utc,
				Files:         []*common.File{{Name: "README.md", ModTime: utc.Add(5 * time.Millisecond), Data: []byte("# <b>\n")}},
				ModTime:       utc,
			},
			Config:   map[string]any{"n": nil, "i": int64(3), "f": 1.5, "m": map[string]any{"k": "v"}},
			Manifest: "---\n# Source: web/templates/a.yaml\na: 1\n",
			Hooks: []*release.Hook{
				{
					Name: "h", Kind: "Job", Path: "web/templates/h.yaml", Manifest: "kind: Job\n",
					Events:  []release.HookEvent{release.HookPreInstall, release.HookTest},
					LastRun: release.HookExecution{StartedAt: at, CompletedAt: at.Add(time.Second), Phase: release.HookPhaseSucceeded},
					Weight:  -5, DeletePolicies: []release.HookDeletePolicy{release.HookBeforeHookCreation, "other"},
					OutputLogPolicies: []release.HookOutputLogPolicy{release.HookOutputOnFailed},
				},
				{Name: "never-run", Kind: "Pod", Events: []release.HookEvent{release.HookTest}},
			},
			Version: 12, Namespace: "apps", ApplyMethod: "ssa",
		},
	}
	for name, rel := range cases {
		data, err := json.Marshal(rel)
		if err != nil {
			panic(err)
		}
		if err := os.WriteFile(filepath.Join(os.Args[1], name+".json"), append(data, '\n'), 0o644); err != nil {
			panic(err)
		}
	}
}
