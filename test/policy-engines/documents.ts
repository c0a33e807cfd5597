/** As people write for OpenFGA: a relation by method, and a list of what one may read, for the upstream. */
export const documents = `
\`\`\`yaml
# mechanisms.yaml
mechanisms:
  authorizers:
    - id: openfga_check
      type: remote
      config:
        endpoint: https://openfga.example/stores/01JDEXAMPLE/check
        payload: |
          {
            "authorization_model_id": "01JDMODEL",
            "tuple_key": {
              "user": "user:{{ .Subject.ID }}",
              "relation": "{{ .Values.relation }}",
              "object": "{{ .Values.object }}"
            }
          }
        values: {relation: viewer, object: "document:none"}
        expressions: [{expression: Payload.allowed == true}]
    - id: opa_headers
      type: remote
      config:
        endpoint: https://opa.example/v1/data/api/explained
        payload: '{"input": {"user": {{ quote .Subject.ID }}, "method": {{ quote .Request.Method }}}}'
        expressions:
          - expression: Payload.result.allow == true
            message: not for this user
    - id: opa_nothing
      type: remote
      config:
        endpoint: https://opa.example/v1/data/api/nothing
        payload: '{"input": {}}'
        expressions: [{expression: Payload.result == true}]
  contextualizers:
    - id: readable
      type: generic
      config:
        endpoint: https://openfga.example/stores/01JDEXAMPLE/list-objects
        payload: |
          {"user": "user:{{ .Subject.ID }}", "relation": "viewer", "type": "document"}
    - id: best_effort
      type: generic
      config:
        endpoint: https://openfga.example/stores/01JDEXAMPLE/nothing
        payload: "{}"
        continue_pipeline_on_error: true
  finalizers:
    - id: what_for
      type: header
      config:
        headers:
          X-Readable: '{{ index .Outputs "readable" "objects" | sortAlpha | join "," }}'
          X-Why: "{{ .Outputs.opa_headers.result.why }}"
          X-None: '{{ .Outputs.best_effort | default "nothing" }}'
\`\`\`
\`\`\`yaml
# rules.yaml
rules:
  - id: document
    match: {routes: [{path: /document/:id}]}
    execute:
      - authenticator: dpop_jwt
      - authorizer: openfga_check
        config:
          values:
            relation: >
              {{- if eq .Request.Method "GET" -}} viewer
              {{- else if eq .Request.Method "DELETE" -}} editor
              {{- else -}} unknown
              {{- end -}}
            object: >
              document:{{- .Request.URL.Captures.id -}}
  - id: nothing
    match: {routes: [{path: /nothing}]}
    execute:
      - authenticator: dpop_jwt
      - authorizer: opa_nothing
  - id: list
    match: {routes: [{path: /documents}]}
    execute:
      - authenticator: dpop_jwt
      - contextualizer: readable
      - contextualizer: best_effort
      - authorizer: opa_headers
      - finalizer: what_for
\`\`\`
`;
