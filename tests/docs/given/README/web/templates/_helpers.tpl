{{- define "web.labels" -}}
app: web
version: {{ .Chart.Version }}: beta
{{- end }}
