// The peer for scale: go-control-plane serving the same routes to the same clients. It takes the kind of cache and the world as
// JSON, prints its port, and obeys the lines `push N` and `stats`, as the server under test does.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"
)

const perTable = 100

// world is what is served; Blob: one route configuration of so many bytes in place of the routes.
type world struct {
	Routes  int
	Layout  string
	Blob    int
	Streams int
}

func (w world) tables() int {
	if w.Blob > 0 || w.Layout == "table" {
		return 1
	}
	return (w.Routes + perTable - 1) / perTable
}

func (w world) table(i, step int) *route.RouteConfiguration {
	if w.Blob > 0 {
		name := strconv.Itoa(step)
		answer := &route.Route{
			Name:   name + strings.Repeat(".", w.Blob-len(name)),
			Match:  &route.RouteMatch{PathSpecifier: &route.RouteMatch_Prefix{Prefix: "/"}},
			Action: &route.Route_DirectResponse{DirectResponse: &route.DirectResponseAction{Status: 200}},
		}
		return table("table-0", []*route.Route{answer})
	}
	count := min(perTable, w.Routes)
	if w.Layout == "table" {
		count = w.Routes
	}
	routes := make([]*route.Route, count)
	for n := range routes {
		seconds := int64(3)
		if n == 0 {
			seconds += int64(step)
		}
		action := &route.RouteAction{
			ClusterSpecifier: &route.RouteAction_Cluster{Cluster: fmt.Sprintf("k8s/shop/orders-%d/8080", n%100)},
			Timeout:          &durationpb.Duration{Seconds: seconds},
		}
		routes[n] = &route.Route{
			Name:   fmt.Sprintf("shop/orders-%d", i*perTable+n),
			Match:  &route.RouteMatch{PathSpecifier: &route.RouteMatch_Prefix{Prefix: fmt.Sprintf("/orders-%d/", i*perTable+n)}},
			Action: &route.Route_Route{Route: action},
		}
	}
	return table(fmt.Sprintf("table-%d", i), routes)
}

func table(name string, routes []*route.Route) *route.RouteConfiguration {
	host := &route.VirtualHost{Name: name + "/*", Domains: []string{"*"}, Routes: routes}
	return &route.RouteConfiguration{Name: name, VirtualHosts: []*route.VirtualHost{host}}
}

// linear serves one resource cache to all; snapshot gives every node a snapshot of its own, made of the same resources.
func linear(w world) (cache.Cache, func(int)) {
	all := map[string]types.Resource{}
	for i := range w.tables() {
		one := w.table(i, 0)
		all[one.Name] = one
	}
	c := cache.NewLinearCache(resource.RouteType, cache.WithInitialResources(all))
	return c, func(step int) {
		one := w.table(step%w.tables(), step)
		must(c.UpdateResource(one.Name, one))
	}
}

func snapshot(w world) (cache.Cache, func(int)) {
	c := cache.NewSnapshotCache(true, byID{}, nil)
	tables := make([]types.Resource, w.tables())
	for i := range tables {
		tables[i] = w.table(i, 0)
	}
	publish := func(step int) {
		tables[step%len(tables)] = w.table(step%len(tables), step)
		one, err := cache.NewSnapshot(strconv.Itoa(step), map[resource.Type][]types.Resource{resource.RouteType: tables})
		must(err)
		for i := range w.Streams {
			must(c.SetSnapshot(context.Background(), fmt.Sprintf("node-%d", i), one))
		}
	}
	publish(0)
	return c, publish
}

type byID struct{}

func (byID) ID(node *core.Node) string { return node.GetId() }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	var w world
	must(json.Unmarshal([]byte(os.Args[2]), &w))
	begin := linear
	if os.Args[1] == "snapshot" {
		begin = snapshot
	}
	c, push := begin(w)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	s := grpc.NewServer(grpc.MaxConcurrentStreams(1 << 20))
	discovery.RegisterAggregatedDiscoveryServiceServer(s, server.NewServer(context.Background(), c, nil))
	go func() { must(s.Serve(listener)) }()
	fmt.Printf("{\"port\":%d}\n", listener.Addr().(*net.TCPAddr).Port)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if argument, found := strings.CutPrefix(lines.Text(), "push "); found {
			step, err := strconv.Atoi(argument)
			must(err)
			push(step)
			continue
		}
		runtime.GC()
		time.Sleep(20 * time.Millisecond)
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		fmt.Printf("{\"heap\":%d}\n", memory.HeapAlloc)
	}
}
