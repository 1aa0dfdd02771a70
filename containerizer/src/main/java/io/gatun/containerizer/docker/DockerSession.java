package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.containerizer.ExecConfig;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.Session;
import io.gatun.containerizer.Termination;
import io.gatun.isolator.IoConfig;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Streams of a container, or of a program run in it, over a connection that the engine has given up to them. */
final class DockerSession implements Session {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration EXIT_CODE_RETRY = Duration.ofMillis(100);

    private final Background background;
    private final SessionOutput output;
    private final Channel channel;
    private final Consumer<IoConfig.Terminal> resize;
    private final CompletableFuture<Termination> termination;

    private DockerSession(
            Background background,
            SessionOutput output,
            Channel channel,
            Consumer<IoConfig.Terminal> resize,
            CompletableFuture<Termination> termination) {
        this.background = background;
        this.output = output;
        this.channel = channel;
        this.resize = resize;
        this.termination = termination;
    }

    /** Joins the streams of a container. */
    static Session attach(Engine engine, Background background, DockerEntry entry) {
        DockerCheckpoint.Config config = entry.checkpoint().config().orElseThrow();
        SessionOutput output = new SessionOutput(config.terminal());
        Channel channel = engine.attach(entry.name(), output::install);
        return new DockerSession(
                background,
                output,
                channel,
                config.terminal() ? size -> engine.resize(entry.name(), size) : size -> {},
                entry.termination().copy());
    }

    /** Runs a program. */
    static Session exec(Engine engine, Background background, DockerEntry entry, ExecConfig program) {
        boolean terminal = program.terminal().isPresent();
        SessionOutput output = new SessionOutput(terminal);
        String exec;
        Channel channel;
        try {
            exec = engine.createExec(entry.name(), request(program));
            channel = engine.startExec(exec, terminal, output::install);
            program.terminal().ifPresent(size -> engine.resizeExec(exec, size));
        } catch (EngineException e) {
            throw new LaunchException(entry.id(), e.getMessage(), e);
        }
        CompletableFuture<Termination> termination = new CompletableFuture<>();
        channel.closeFuture()
                .addListener(
                        closed -> background.run(() -> exitCode(engine, background, exec, entry.id(), termination)));
        return new DockerSession(
                background,
                output,
                channel,
                terminal ? size -> engine.resizeExec(exec, size) : size -> {},
                termination);
    }

    private static ObjectNode request(ExecConfig program) {
        ObjectNode request = JSON.createObjectNode()
                .put("AttachStdin", true)
                .put("AttachStdout", true)
                .put("AttachStderr", true)
                .put("Tty", program.terminal().isPresent());
        ArrayNode argv = request.putArray("Cmd");
        program.argv().forEach(argv::add);
        ArrayNode environment = request.putArray("Env");
        program.environment().forEach((name, value) -> environment.add(name + "=" + value));
        program.user().ifPresent(user -> request.put("User", user));
        program.workingDirectory().ifPresent(directory -> request.put("WorkingDir", directory));
        return request;
    }

    /** The engine closes the streams a moment before it knows the exit code, and tells it nowhere else. */
    private static void exitCode(
            Engine engine,
            Background background,
            String exec,
            String container,
            CompletableFuture<Termination> termination) {
        JsonNode inspected;
        try {
            inspected = engine.inspectExec(exec);
        } catch (EngineException e) {
            termination.complete(new Termination(
                    container, -1, Optional.empty(), "the engine does not tell how it ended: " + e.getMessage()));
            return;
        }
        if (inspected.path("Running").asBoolean()) {
            background.later(EXIT_CODE_RETRY, () -> exitCode(engine, background, exec, container, termination));
            return;
        }
        int code = inspected.path("ExitCode").asInt();
        termination.complete(
                new Termination(container, (code & 0xff) << 8, Optional.empty(), "exited with status " + code));
    }

    @Override
    public void onOutput(Output listener) {
        output.to(listener);
    }

    @Override
    public CompletableFuture<Void> input(byte[] data) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        channel.writeAndFlush(Unpooled.wrappedBuffer(data)).addListener(done -> {
            if (done.isSuccess()) {
                written.complete(null);
            } else {
                written.completeExceptionally(done.cause());
            }
        });
        return written;
    }

    @Override
    public void closeInput() {
        var unused = ((DuplexChannel) channel).shutdownOutput();
    }

    @Override
    public void resize(int rows, int columns) {
        IoConfig.Terminal size = new IoConfig.Terminal(rows, columns);
        background.run(() -> resize.accept(size));
    }

    @Override
    public CompletableFuture<Termination> termination() {
        return termination.copy();
    }

    @Override
    public void close() {
        var unused = channel.close();
    }
}
