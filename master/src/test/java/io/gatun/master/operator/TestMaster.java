package io.gatun.master.operator;

import io.gatun.master.MasterContext;
import io.gatun.master.MasterFlags;
import io.gatun.master.Routes;
import io.gatun.master.election.Leadership;
import io.gatun.master.election.StandaloneLeadership;
import io.gatun.master.state.Command;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.http.HttpHost;
import io.gatun.mesos.v1.MasterInfo;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** A real HTTP server with routes under test, over a state that the test sets. */
public final class TestMaster implements MasterContext, AutoCloseable {
    private final Vertx vertx = HttpHost.vertx();
    private final AtomicReference<MasterSnapshot> state = new AtomicReference<>(SampleCluster.snapshot());
    private final StandaloneLeadership leadership = new StandaloneLeadership(SampleCluster.MASTER);
    private final MasterFlags flags = new MasterFlags();
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpHost host;
    private volatile Command asked;
    private volatile boolean confirmable = true;
    private volatile Reply reply = new Reply(200, "");

    /** Leads, and serves {@code routes} on a free port. */
    public TestMaster(List<Routes> routes) {
        leadership.leads(true);
        flags.cluster = "test";
        Router router = HttpHost.router(vertx);
        routes.forEach(part -> part.mount(router, this));
        host = HttpHost.listen(vertx, "127.0.0.1", 0, router);
    }

    /** What the state thread has published last. */
    public void publish(MasterSnapshot snapshot) {
        state.set(snapshot);
    }

    void answerWith(Reply answer) {
        reply = answer;
    }

    Command asked() {
        return asked;
    }

    /** An address below this server. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + host.port() + path);
    }

    /** GET. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    /** POST with headers, name and value in turn. */
    public HttpResponse<byte[]> post(String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Override
    public Supplier<MasterSnapshot> snapshot() {
        return state::get;
    }

    @Override
    public CompletableFuture<MasterSnapshot> confirmed() {
        return confirmable
                ? CompletableFuture.supplyAsync(state::get)
                : CompletableFuture.failedFuture(new IllegalStateException("replica 2 has promised epoch 9"));
    }

    /** From now on the quorum listens to another master, and this one does not know. */
    public void succeeded() {
        confirmable = false;
    }

    @Override
    public Leadership leadership() {
        return leadership;
    }

    @Override
    public MasterInfo info() {
        return SampleCluster.MASTER;
    }

    @Override
    public boolean recovered() {
        return true;
    }

    @Override
    public MasterFlags flags() {
        return flags;
    }

    @Override
    public Vertx vertx() {
        return vertx;
    }

    @Override
    public boolean submit(Command command) {
        asked = command;
        return true;
    }

    @Override
    public CompletableFuture<Reply> ask(LongFunction<Command> command) {
        asked = command.apply(1);
        return CompletableFuture.supplyAsync(() -> reply);
    }

    @Override
    public void close() {
        client.shutdownNow();
        host.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
