package io.gatun.marathon;

import io.gatun.marathon.api.ApiServer;
import io.gatun.marathon.api.EventHub;
import io.gatun.marathon.runtime.Leadership;
import io.gatun.marathon.runtime.Term;
import io.gatun.marathon.store.ZkStore;
import io.gatun.mesos.detector.ZkUrl;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.http.HttpHost;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service scheduler as a role: an API, a framework of the master, and its memory in ZooKeeper. */
public final class Marathon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Marathon.class);
    private static final long POLL_MS = 20;
    private static final long CLOSE_MS = 1_000;

    private final Vertx vertx;
    private final HttpHost host;
    private final CuratorFramework zk;
    private final Leadership leadership;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Marathon(Vertx vertx, HttpHost host, CuratorFramework zk, Leadership leadership) {
        this.vertx = vertx;
        this.host = host;
        this.zk = zk;
        this.leadership = leadership;
    }

    /**
     * Starts Marathon; returns when its API answers: when it leads, or knows who does. It need not have found a master.
     *
     * @throws StartupException when ZooKeeper cannot be reached, a flag is wrong, or the port is taken
     */
    public static Marathon launch(MarathonFlags flags) {
        ZkUrl url = parse(flags.zk);
        CuratorFramework zk = connect(flags, url);
        Vertx vertx = HttpHost.vertx();
        try {
            Router router = HttpHost.router(vertx);
            HttpHost host = listen(flags, vertx, router);
            String self = (flags.hostname == null ? flags.httpAddress : flags.hostname) + ":" + host.port();
            EventHub events = new EventHub(vertx);
            Leadership leadership = new Leadership(
                    zk,
                    url.path(),
                    self,
                    leading -> Term.begin(
                            new ZkStore(zk, url.path(), flags.zkMaxVersions, flags.mesosRole),
                            Frameworks.core(flags),
                            flags.master,
                            Frameworks.info(flags, self),
                            events::tell,
                            leading::abdicate));
            ApiServer.mount(router, vertx, flags, self, leadership, events);
            leadership.start();
            Marathon marathon = new Marathon(vertx, host, zk, leadership);
            marathon.awaitLeader(flags);
            return marathon;
        } catch (RuntimeException e) {
            close(vertx);
            zk.close();
            throw e;
        }
    }

    private static ZkUrl parse(String zk) {
        try {
            return ZkUrl.parse(zk);
        } catch (IllegalArgumentException e) {
            throw new StartupException("--zk", e.getMessage(), "give it as zk://host:port/marathon", e);
        }
    }

    private static CuratorFramework connect(MarathonFlags flags, ZkUrl url) {
        CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                .connectString(url.connectString())
                .sessionTimeoutMs(flags.zkSessionTimeoutMs)
                .connectionTimeoutMs(flags.zkTimeoutMs)
                .retryPolicy(new RetryNTimes(3, 100));
        url.auth().ifPresent(auth -> builder.authorization("digest", auth.getBytes(StandardCharsets.UTF_8)));
        CuratorFramework zk = builder.build();
        zk.start();
        try {
            if (zk.blockUntilConnected(flags.zkTimeoutMs, TimeUnit.MILLISECONDS)) {
                return zk;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        zk.close();
        throw new StartupException(
                "ZooKeeper at " + url.connectString(),
                "is not reached within " + flags.zkTimeoutMs + " ms",
                "start it, or name another with --zk");
    }

    private static HttpHost listen(MarathonFlags flags, Vertx vertx, Router router) {
        try {
            return HttpHost.listen(vertx, flags.httpAddress, flags.httpPort, router);
        } catch (StartupException e) {
            // The same, with the names that the flags have here.
            throw new StartupException(
                    "port " + flags.httpPort + " on " + flags.httpAddress,
                    "Marathon cannot listen there: " + e.getCause().getMessage(),
                    "free it, or choose another with --http_port and --http_address",
                    e);
        }
    }

    private void awaitLeader(MarathonFlags flags) {
        // One that was killed is a candidate until its session has ended, which ZooKeeper notices within a tick or two.
        long patienceMs = flags.zkTimeoutMs + 2L * flags.zkSessionTimeoutMs;
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
        // Elected but not yet with a term does not count: the API would still answer 502.
        while (leadership.term().isEmpty()
                && leadership
                        .leader()
                        .filter(leader -> !leader.equals(leadership.self()))
                        .isEmpty()) {
            if (System.nanoTime() > deadlineNs) {
                close();
                throw new StartupException(
                        "Marathon",
                        "nobody leads after " + patienceMs + " ms",
                        "look for the reason in the log, and at ZooKeeper below " + flags.zk);
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** The port that the API listens on. */
    public int port() {
        return host.port();
    }

    /** Stops within 2 s; once. Tasks go on running and the desired state stays in ZooKeeper. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        leadership.close();
        host.close();
        close(vertx);
        zk.close();
    }

    private static void close(Vertx vertx) {
        try {
            vertx.close().await(CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // They end a moment later; what is left open must not keep the session open as well.
            LOG.warn("the API's threads have not ended {} ms after they were to", CLOSE_MS, e);
        }
    }
}
