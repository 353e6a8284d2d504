/** A configuration to begin with; `octowatch check config` accepts it. */
export const EXAMPLE_CONFIG = `# octowatch.yml: every key has a default but the fleet. See \`octowatch config schema\`.
data_dir: /var/lib/octowatch
namespace: prod                      # the environment, never a tenant

fleet:
  instances:
    - tenant: acme                   # a stable id, not a host name
      url: https://acme.octopus.app
      api_key: "\${ACME_API_KEY:-API-REPLACE-ME}"   # or api_key_file: /etc/octowatch/acme-api-key
      info: { region: us-west-2, plan: professional }
    - tenant: globex                 # tailed only: octowatch runs beside its server
      files: { octopus-server-log: [/octopus/Logs/OctopusServer.txt] }
      time_zone: Europe/Berlin       # of stamps without a zone

# Without this block history is kept in data_dir.
# store:
#   elasticsearch:
#     nodes: ["https://elastic.example.com:9200"]
#     api_key_file: /etc/octowatch/elasticsearch-api-key

rules:
  files: ["pack:*"]   # all that ship; and your own: /etc/octowatch/rules/*.yml

# Alertmanager's words. Only severity page reaches a receiver that wakes people.
route:
  receiver: oncall
  group_by: [alertname, tenant]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h

receivers:
  - name: oncall
    console_configs: [{}]
    # pagerduty_configs: [{ routing_key_file: /etc/octowatch/pagerduty-routing-key }]
    # slack_configs: [{ channel: "#on-call", bot_token_file: /etc/octowatch/slack-bot-token }]

# Remedies only plan until they are armed.
heal:
  armed: []                          # [octopus-task-cancel]
  page_after: 5m
`;
