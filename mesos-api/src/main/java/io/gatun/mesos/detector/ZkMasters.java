package io.gatun.mesos.detector;

import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.v1.MasterInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the lowest {@code json.info_} child of a path. All work and all callbacks happen on one thread. Other children
 * ({@code log_replicas}, the old {@code info_}) do not count.
 */
final class ZkMasters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZkMasters.class);

    private static final String PREFIX = "json.info_";
    private static final int SESSION_TIMEOUT_MS = 10_000;
    private static final int CONNECTION_TIMEOUT_MS = 5_000;
    private static final long RETRY_MS = 500;

    private final ZkUrl url;
    private final Consumer<Masters> onChange;
    private final CuratorFramework zk;
    private final ScheduledExecutorService thread;
    /** Many events may ask for one look. */
    private final AtomicBoolean lookQueued = new AtomicBoolean();

    private volatile boolean closed;

    /** Touched on {@link #thread} only; null before the first result. */
    private Masters last;

    private ZkMasters(ZkUrl url, Consumer<Masters> onChange) {
        this.url = url;
        this.onChange = onChange;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread worker = new Thread(task, "master-detector");
            worker.setDaemon(true);
            return worker;
        });
        CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                .connectString(url.connectString())
                .sessionTimeoutMs(SESSION_TIMEOUT_MS)
                .connectionTimeoutMs(CONNECTION_TIMEOUT_MS)
                // Failed looks are repeated here, where a close() can end them.
                .retryPolicy(new RetryOneTime(100));
        url.auth().ifPresent(auth -> builder.authorization("digest", auth.getBytes(StandardCharsets.UTF_8)));
        this.zk = builder.build();
    }

    static ZkMasters open(ZkUrl url, Consumer<Masters> onChange) {
        ZkMasters masters = new ZkMasters(url, onChange);
        masters.zk.getConnectionStateListenable().addListener((client, state) -> masters.connection(state));
        masters.zk.start();
        masters.look();
        return masters;
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        zk.close();
        try {
            // The callback that runs now may itself be closing this.
            if (!Thread.currentThread().getName().equals("master-detector")) {
                thread.awaitTermination(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connection(ConnectionState state) {
        switch (state) {
            // The session is gone, and with it the watches: whoever leads now, we cannot know.
            case LOST -> submit(() -> publish(Masters.NONE));
            case CONNECTED, RECONNECTED -> look();
            // The leader keeps its session for a while longer, so nothing is known to have changed.
            case SUSPENDED, READ_ONLY -> LOG.debug("ZooKeeper at {}: {}", url, state);
        }
    }

    private void look() {
        if (lookQueued.compareAndSet(false, true)) {
            submit(this::lookNow);
        }
    }

    private void lookNow() {
        lookQueued.set(false);
        if (!zk.getZookeeperClient().isConnected()) {
            // Looking would block this thread, also for telling that the session is lost; connecting asks for a look
            // again.
            return;
        }
        try {
            publish(masters());
        } catch (KeeperException.NoNodeException e) {
            // A master went between listing and reading, which has fired the watch as well.
            look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            if (!closed) {
                LOG.warn("looking for the leading master at {}: {}; trying again", url, e.toString());
                submitLater(this::look);
            }
        }
    }

    /** Reads the masters, in the order of their sequence numbers, and leaves a watch for changes. */
    private Masters masters() throws Exception {
        CuratorWatcher watcher = event -> look();
        List<String> children;
        try {
            children = zk.getChildren().usingWatcher(watcher).forPath(url.path()).stream()
                    .filter(child -> child.matches("json\\.info_[0-9]{1,18}"))
                    .sorted(Comparator.comparingLong(child -> Long.parseLong(child.substring(PREFIX.length()))))
                    .toList();
        } catch (KeeperException.NoNodeException e) {
            // No master has ever been here; the watch fires when the path appears.
            if (zk.checkExists().usingWatcher(watcher).forPath(url.path()) != null) {
                look();
            }
            return Masters.NONE;
        }
        List<MasterInfo> all = new ArrayList<>(children.size());
        for (String child : children) {
            Optional<MasterInfo> master = read(child);
            if (master.isEmpty() && all.isEmpty()) {
                // The one that leads cannot be read, and the next one does not lead.
                return Masters.NONE;
            }
            master.ifPresent(all::add);
        }
        return new Masters(all);
    }

    private Optional<MasterInfo> read(String child) throws Exception {
        byte[] content = zk.getData().forPath(url.path() + "/" + child);
        try {
            return Optional.of(MasterInfoJson.decode(content));
        } catch (CodecException e) {
            LOG.error("{}/{} does not describe a master: {}", url, child, e.getMessage());
            return Optional.empty();
        }
    }

    private void publish(Masters now) {
        if (closed || now.equals(last)) {
            return;
        }
        last = now;
        LOG.info(
                "leading master: {}", now.leader().map(MasterInfoJson::hostPort).orElse("none"));
        try {
            onChange.accept(now);
        } catch (RuntimeException e) {
            LOG.error("telling of a new leading master failed", e);
        }
    }

    private void submit(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the detector of {} is closed", url);
        }
    }

    private void submitLater(Runnable task) {
        try {
            // The task reports its own failures.
            var unused = thread.schedule(task, RETRY_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the detector of {} is closed", url);
        }
    }
}
