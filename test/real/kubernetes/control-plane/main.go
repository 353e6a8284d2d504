// Command control-plane is a real Kubernetes control plane in one program, for tests: `apiserver` runs kube-apiserver
// with etcd embedded, `controller-manager` runs kube-controller-manager. The flags after the word are Kubernetes's own.
// There is no scheduler and no kubelet: a test writes the status of pods itself.
package main

import (
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

const etcdDeadline = time.Minute

func main() {
	command, err := commandOf(os.Args)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Args = append(os.Args[:1], os.Args[2:]...)
	os.Exit(cli.Run(command))
}

func commandOf(args []string) (*cobra.Command, error) {
	if len(args) > 1 && args[1] == "controller-manager" {
		return controllers.NewControllerManagerCommand(), nil
	}
	if len(args) > 1 && args[1] == "apiserver" {
		if err := startEtcd(os.Getenv("ETCD_DIRECTORY"), os.Getenv("ETCD_CLIENT_URL"), os.Getenv("ETCD_PEER_URL")); err != nil {
			return nil, err
		}
		return apiserver.NewAPIServerCommand(), nil
	}
	return nil, fmt.Errorf("usage: control-plane apiserver|controller-manager [flags]")
}

// startEtcd runs etcd in this process; its files need not survive the machine, so nothing is synced.
func startEtcd(directory, client, peer string) error {
	clientURL, err := url.Parse(client)
	if err != nil {
		return err
	}
	peerURL, err := url.Parse(peer)
	if err != nil {
		return err
	}
	config := embed.NewConfig()
	config.Dir = directory
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{*clientURL}, []url.URL{*clientURL}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{*peerURL}, []url.URL{*peerURL}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.UnsafeNoFsync = true
	config.LogLevel = "error"
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return err
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return nil
	case <-time.After(etcdDeadline):
		return fmt.Errorf("etcd is not ready after %s", etcdDeadline)
	}
}
