/** Examples by command, each with what it is for; help shows them first. */
export const examples: Readonly<Record<string, readonly (readonly [command: string, what: string])[]>> = {
  portolan: [
    ["portolan demo", "see what it does, with two real Envoys"],
    ["portolan init shop && cd shop", "begin with a route that works"],
    ["portolan diff", "what merging this branch would do to traffic"],
  ],
  init: [
    ["portolan init", "in this directory, for http://127.0.0.1:8081"],
    ["portolan init shop --host shop.example.com --upstream 10.0.0.7:8080", "in shop/, for one host"],
  ],
  import: [
    ["kubectl get ambassador-crds,services,secrets -A -o yaml | portolan import --from-cluster-dump - --out routes", "from Emissary"],
  ],
  validate: [
    ["portolan validate", "the files in this directory"],
    ["portolan validate --strict -o sarif > portolan.sarif", "for a tool that reads SARIF"],
    ["portolan validate --against-server", "beside what a server serves"],
    ["git show main:cart.yaml | portolan validate -", "what another command prints"],
  ],
  diff: [
    ["portolan diff", "what merging this branch would do, with what is not committed"],
    ["portolan diff main..HEAD", "between two commits"],
    ["portolan diff HEAD~1..HEAD --level patch", "as changed lines of Envoy resources"],
    ["portolan diff -o markdown", "as a comment for a pull request"],
  ],
  explain: [
    ["portolan explain https://shop.example.com/cart/", "where a request goes, and why"],
    ["portolan explain -X POST -H 'x-canary: 1' https://shop.example.com/cart/ --ref main", "with another method and a header"],
    ["portolan explain Mapping/default/cart", "what a document becomes"],
  ],
  test: [
    ["portolan test", "all tests in this directory"],
    ["portolan test routes --filter checkout", "some of them"],
    ["portolan test --config portolan.yaml --ref main -o json", "as a server reads the files of a branch"],
  ],
  render: [
    ["portolan render", "all resources of the files in this directory"],
    ["portolan render --type RDS --ref main", "the routes of a branch"],
    ["portolan render --static > envoy.yaml && envoy --mode validate -c envoy.yaml", "to let Envoy check them"],
  ],
  compare: [
    ["portolan compare --config-dump http://127.0.0.1:8001", "with a running Emissary"],
    ["portolan compare routes --config-dump dump.json --ignore timeout", "with a dump, but for timeouts"],
  ],
  kinds: [
    ["portolan kinds", "all kinds"],
    ["portolan kinds mapping", "the fields of one"],
    ["portolan kinds --schema Mapping > mapping.schema.json", "a JSON Schema for an editor"],
  ],
  bootstrap: [
    ["portolan bootstrap --node-id edge-1 > envoy.yaml", "for an Envoy on this machine"],
    ["portolan bootstrap --server 10.0.0.5:18000 --format systemd", "as a unit of systemd"],
  ],
  cert: [
    ["portolan cert init-ca", "an authority"],
    ["portolan cert issue server --dns portolan.example.com", "a certificate for the server"],
    ["portolan cert issue node edge-1", "a certificate for an Envoy"],
  ],
  serve: [
    ["portolan serve", "with ./portolan.yaml"],
    ["portolan serve --check", "only check it"],
  ],
  demo: [["portolan demo --once", "play it and exit"]],
  status: [
    ["portolan status", "everything"],
    ["portolan status -w edge", "one fleet, again whenever it changes"],
    ["portolan status --selector 'zone=eu-*' -o json", "some nodes, as JSON"],
  ],
  wait: [
    ["portolan wait $(git rev-parse HEAD)", "until all nodes have accepted this commit"],
    ["portolan wait 2395dcf --percent 90 --timeout 2m", "until most have"],
  ],
  history: [
    ["portolan history", "the snapshots of every fleet"],
    ["portolan history --fleet edge -n 5", "the newest five of one"],
  ],
  pin: [["portolan pin 41d0c7e --reason 'freeze for the sale' --until 48h", "whatever is committed in the next two days"]],
  unpin: [["portolan unpin --reason 'mended by 9c1b2a3'", "the newest commit is delivered"]],
  rollback: [
    ["portolan rollback --reason INC-77", "what the fleet had before"],
    ["portolan rollback 41d0c7e --fleet edge --reason INC-77", "what it had at this commit"],
  ],
  hold: [
    ["portolan hold --fleet edge --reason 'load test' --until 2h", "no new commit for one fleet"],
    ["portolan hold --all --reason INC-77", "nor for any other"],
  ],
  resume: [
    ["portolan resume --fleet edge --reason 'port 443 is free again'", "the newest commit is delivered"],
    ["portolan resume --all --reason 'INC-77 is over'", "to every fleet that was held"],
  ],
  doctor: [
    ["portolan doctor --envoy http://127.0.0.1:9901", "one Envoy"],
    ["portolan doctor --envoy http://10.0.0.7:9901 --server-url http://10.0.0.5:18080", "and what the server says of it"],
  ],
  completion: [
    ["portolan completion bash > /etc/bash_completion.d/portolan", "for bash"],
    ["portolan completion zsh > /usr/local/share/zsh/site-functions/_portolan", "for zsh"],
    ["portolan completion fish > ~/.config/fish/completions/portolan.fish", "for fish"],
  ],
  version: [["portolan version -o json", "as JSON"]],
  help: [
    ["portolan help diff", "on a command"],
    ["portolan help exit-codes", "on what commands end with"],
  ],
};
