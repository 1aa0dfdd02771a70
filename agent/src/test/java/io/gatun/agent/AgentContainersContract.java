package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.codec.RecordIo;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.ContainerID;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.TTYInfo;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.agent.Call;
import io.gatun.mesos.v1.agent.ProcessIO;
import io.gatun.mesos.v1.agent.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers and sessions through the agent's HTTP interface, as Mesos' command line and executors use it. */
@Timeout(300)
@SuppressWarnings("deprecation") // Mesos' own executors and command line still send the older calls
abstract class AgentContainersContract {
    private static final MediaType TYPE = MediaType.PROTOBUF;

    @TempDir
    Path workDir;

    private final FakeMaster master = new FakeMaster();
    private final HttpClient client = HttpClient.newHttpClient();
    private Agent agent;
    private ContainerID task;

    @BeforeEach
    void start() throws Exception {
        agent = launch("0B");
    }

    @AfterEach
    void stop() {
        agent.shutdown();
        master.close();
        client.shutdownNow();
    }

    private Agent launch(String maxLogSize) {
        AgentFlags flags = new AgentFlags();
        flags.port = 0;
        flags.master = "127.0.0.1:" + master.port();
        flags.workDir = workDir;
        flags.registrationBackoffFactor = "10ms";
        flags.cgroupsRoot = "agent-containers-" + ProcessHandle.current().pid();
        flags.allowUnenforcedLimits = true;
        flags.maxLogSize = maxLogSize;
        Agent launched = Agent.launch(flags);
        // An agent that ends before it has its id from the master comes back as another, and is given no tasks.
        until("an agent registered", launched::registered);
        return launched;
    }

    private void run(String command, Consumer<TaskInfo.Builder> changes) throws Exception {
        TaskInfo.Builder info =
                Samples.task("t").setCommand(CommandInfo.newBuilder().setValue(command));
        changes.accept(info);
        master.run(Samples.framework(), info.build());
        master.awaitUpdate("t", TaskState.TASK_RUNNING);
        Response containers = call(Call.newBuilder().setType(Call.Type.GET_CONTAINERS));
        task = containers.getGetContainers().getContainers(0).getContainerId();
    }

    private ContainerID nested(String name) {
        return ContainerID.newBuilder().setValue(name).setParent(task).build();
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + agent.port() + "/api/v1"));
    }

    private HttpResponse<byte[]> post(Call.Builder call) throws IOException, InterruptedException {
        HttpRequest request = request()
                .header("Content-Type", TYPE.header())
                .header("Accept", TYPE.header())
                .POST(BodyPublishers.ofByteArray(call.build().toByteArray()))
                .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private Response call(Call.Builder call) throws Exception {
        HttpResponse<byte[]> response = post(call);
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return Response.parseFrom(response.body());
    }

    private int status(Call.Builder call) throws Exception {
        return post(call).statusCode();
    }

    /** Output of a session, collected by a thread of its own until it ends. */
    private final class Screen {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private InputStream body;

        Screen(Call.Builder call) throws Exception {
            HttpRequest request = request()
                    .header("Content-Type", TYPE.header())
                    .header("Accept", MediaType.RECORDIO.header())
                    .header("Message-Accept", TYPE.header())
                    .POST(BodyPublishers.ofByteArray(call.build().toByteArray()))
                    .build();
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            body = response.body();
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains(MediaType.RECORDIO.header());
            assertThat(response.headers().firstValue("Message-Content-Type")).contains(TYPE.header());
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            RecordIo.Decoder decoder = new RecordIo.Decoder(1 << 20);
            byte[] buffer = new byte[8192];
            try {
                for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                    decoder.feed(buffer, 0, count, this::record);
                }
                ended.complete(null);
            } catch (Exception e) {
                ended.completeExceptionally(e);
            }
        }

        private void record(byte[] record) {
            try {
                ProcessIO io = ProcessIO.parseFrom(record);
                if (io.getType() == ProcessIO.Type.DATA) {
                    synchronized (text) {
                        text.append(io.getData().getData().toStringUtf8());
                    }
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        void await(String expected) {
            until("'" + expected + "' on the screen", () -> {
                synchronized (text) {
                    return text.indexOf(expected) >= 0;
                }
            });
        }

        void awaitEnd() throws Exception {
            ended.get(60, TimeUnit.SECONDS);
        }
    }

    /** Input of a session: records go out as they are written. */
    private final class Keyboard {
        private final SubmissionPublisher<java.nio.ByteBuffer> records = new SubmissionPublisher<>();
        private final CompletableFuture<HttpResponse<String>> answer;

        Keyboard(ContainerID id) {
            HttpRequest request = request()
                    .header("Content-Type", MediaType.RECORDIO.header())
                    .header("Message-Content-Type", TYPE.header())
                    .POST(BodyPublishers.fromPublisher(records))
                    .build();
            answer = client.sendAsync(request, BodyHandlers.ofString());
            // What is submitted before anybody subscribes is lost.
            until("a connection", records::hasSubscribers);
            send(Call.AttachContainerInput.newBuilder()
                    .setType(Call.AttachContainerInput.Type.CONTAINER_ID)
                    .setContainerId(id));
        }

        private void send(Call.AttachContainerInput.Builder input) {
            byte[] call = Call.newBuilder()
                    .setType(Call.Type.ATTACH_CONTAINER_INPUT)
                    .setAttachContainerInput(input)
                    .build()
                    .toByteArray();
            records.submit(java.nio.ByteBuffer.wrap(RecordIo.encode(call)));
        }

        void type(String text) {
            send(Call.AttachContainerInput.newBuilder()
                    .setType(Call.AttachContainerInput.Type.PROCESS_IO)
                    .setProcessIo(ProcessIO.newBuilder()
                            .setType(ProcessIO.Type.DATA)
                            .setData(ProcessIO.Data.newBuilder()
                                    .setType(ProcessIO.Data.Type.STDIN)
                                    .setData(com.google.protobuf.ByteString.copyFromUtf8(text)))));
        }

        /** Ends the body; only then does this client look at the answer, which came when the session ended. */
        HttpResponse<String> answer() throws Exception {
            records.close();
            return answer.get(60, TimeUnit.SECONDS);
        }

        void resize(int rows, int columns) {
            send(Call.AttachContainerInput.newBuilder()
                    .setType(Call.AttachContainerInput.Type.PROCESS_IO)
                    .setProcessIo(ProcessIO.newBuilder()
                            .setType(ProcessIO.Type.CONTROL)
                            .setControl(ProcessIO.Control.newBuilder()
                                    .setType(ProcessIO.Control.Type.TTY_INFO)
                                    .setTtyInfo(tty(rows, columns)))));
        }
    }

    private static TTYInfo tty(int rows, int columns) {
        return TTYInfo.newBuilder()
                .setWindowSize(TTYInfo.WindowSize.newBuilder().setRows(rows).setColumns(columns))
                .build();
    }

    private static ContainerInfo.Builder terminal(int rows, int columns) {
        return ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS).setTtyInfo(tty(rows, columns));
    }

    private Call.Builder session(ContainerID id, CommandInfo.Builder command) {
        return Call.newBuilder()
                .setType(Call.Type.LAUNCH_NESTED_CONTAINER_SESSION)
                .setLaunchNestedContainerSession(Call.LaunchNestedContainerSession.newBuilder()
                        .setContainerId(id)
                        .setCommand(command)
                        .setContainer(terminal(25, 81)));
    }

    private static Call.Builder await(ContainerID id) {
        return Call.newBuilder()
                .setType(Call.Type.WAIT_CONTAINER)
                .setWaitContainer(Call.WaitContainer.newBuilder().setContainerId(id));
    }

    @Test
    void shouldOpenAShellInATask() throws Exception {
        run("sleep 300", info -> {});
        ContainerID id = nested("shell");
        Screen screen = new Screen(session(id, CommandInfo.newBuilder().setValue("exec sh -i")));
        Keyboard keyboard = new Keyboard(id);
        keyboard.type("stty size; hostname\n");
        screen.await("25 81");
        keyboard.resize(44, 99);
        keyboard.type("stty size; exit 7\n");
        screen.await("44 99");
        screen.awaitEnd();
        assertThat(keyboard.answer().statusCode()).isEqualTo(200);
        Response end = call(Call.newBuilder()
                .setType(Call.Type.WAIT_NESTED_CONTAINER)
                .setWaitNestedContainer(Call.WaitNestedContainer.newBuilder().setContainerId(id)));
        assertThat(end.getWaitNestedContainer().getExitStatus()).isEqualTo(7 << 8);
        assertThat(status(Call.newBuilder()
                        .setType(Call.Type.REMOVE_NESTED_CONTAINER)
                        .setRemoveNestedContainer(
                                Call.RemoveNestedContainer.newBuilder().setContainerId(id))))
                .isEqualTo(200);
        assertThat(status(await(id))).isEqualTo(404);
    }

    @Test
    void shouldEndASessionWhoseClientLeaves() throws Exception {
        run("sleep 300", info -> {});
        ContainerID id = nested("left");
        Screen screen = new Screen(session(id, CommandInfo.newBuilder().setValue("echo here; sleep 300")));
        screen.await("here");
        screen.body.close();
        assertThat(call(await(id)).getWaitContainer().getExitStatus()).isEqualTo(9);
    }

    @Test
    void shouldNestAContainerInATask() throws Exception {
        run("sleep 300", info -> {});
        ContainerID id = nested("helper");
        Call.Builder launch = Call.newBuilder()
                .setType(Call.Type.LAUNCH_CONTAINER)
                .setLaunchContainer(Call.LaunchContainer.newBuilder()
                        .setContainerId(id)
                        .setCommand(CommandInfo.newBuilder().setValue("pwd; sleep 300")));
        assertThat(status(launch)).isEqualTo(200);
        assertThat(status(launch)).as("again").isEqualTo(202);
        Response all = call(Call.newBuilder()
                .setType(Call.Type.GET_CONTAINERS)
                .setGetContainers(Call.GetContainers.newBuilder().setShowNested(true)));
        assertThat(all.getGetContainers().getContainersList())
                .extracting(container -> container.getContainerId())
                .containsExactly(task, id);
        assertThat(all.getGetContainers().getContainers(1).getContainerStatus().getExecutorPid())
                .isPositive();
        assertThat(call(Call.newBuilder().setType(Call.Type.GET_CONTAINERS))
                        .getGetContainers()
                        .getContainersCount())
                .isEqualTo(1);
        assertThat(status(Call.newBuilder()
                        .setType(Call.Type.REMOVE_CONTAINER)
                        .setRemoveContainer(Call.RemoveContainer.newBuilder().setContainerId(id))))
                .as("it runs")
                .isEqualTo(500);
        assertThat(status(Call.newBuilder()
                        .setType(Call.Type.KILL_CONTAINER)
                        .setKillContainer(Call.KillContainer.newBuilder()
                                .setContainerId(id)
                                .setSignal(15))))
                .isEqualTo(200);
        assertThat(call(await(id)).getWaitContainer().getExitStatus()).isEqualTo(15);
        Path sandbox = sandbox().resolve("containers/helper");
        assertThat(Files.readString(sandbox.resolve("stdout"))).endsWith("/containers/helper\n");
    }

    @Test
    void shouldSayWhatIsWrongWithACall() throws Exception {
        run("sleep 300", info -> {});
        ContainerID orphan = ContainerID.newBuilder()
                .setValue("x")
                .setParent(ContainerID.newBuilder().setValue("nobody"))
                .build();
        assertThat(status(session(orphan, CommandInfo.newBuilder().setValue("true"))))
                .as("Accept is no stream")
                .isEqualTo(406);
        assertThat(status(Call.newBuilder()
                        .setType(Call.Type.LAUNCH_NESTED_CONTAINER)
                        .setLaunchNestedContainer(Call.LaunchNestedContainer.newBuilder()
                                .setContainerId(orphan)
                                .setCommand(CommandInfo.newBuilder().setValue("true")))))
                .isEqualTo(404);
        assertThat(status(await(orphan))).isEqualTo(404);
        assertThat(status(await(ContainerID.newBuilder().setValue("a.b").build())))
                .isEqualTo(400);
        HttpResponse<String> answer = new Keyboard(task).answer();
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("cannot be attached to");
    }

    @Test
    void shouldAttachToATaskWithATerminalAfterARestart() throws Exception {
        run("echo ready; read a; echo a=$a; read b; echo b=$b", info -> info.setContainer(terminal(24, 80)));
        agent.abandon();
        agent = launch("0B");
        Screen screen = new Screen(Call.newBuilder()
                .setType(Call.Type.ATTACH_CONTAINER_OUTPUT)
                .setAttachContainerOutput(
                        Call.AttachContainerOutput.newBuilder().setContainerId(task)));
        Keyboard keyboard = new Keyboard(task);
        keyboard.type("one\n");
        screen.await("a=one");
        HttpResponse<String> second = typedBy(new Keyboard(task));
        assertThat(second.statusCode()).isEqualTo(409);
        keyboard.type("two\n");
        screen.await("b=two");
        screen.awaitEnd();
        assertThat(keyboard.answer().statusCode()).isEqualTo(200);
        master.awaitUpdate("t", TaskState.TASK_FINISHED);
        assertThat(Files.readString(sandbox().resolve("stdout")))
                .startsWith("ready")
                .contains("b=two");
    }

    private static void until(String what, BooleanSupplier condition) {
        Await.some(Await.MAX, what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    private static HttpResponse<String> typedBy(Keyboard keyboard) throws Exception {
        keyboard.type("intruder\n");
        return keyboard.answer();
    }

    @Test
    void shouldLoseNoLineOfABoundedLogWhenTheAgentDies() throws Exception {
        agent.close();
        agent = launch("64KB");
        run("i=0; while [ $i -lt 30000 ]; do i=$((i+1)); echo line $i; done; touch written; sleep 300", info -> {});
        for (int i = 0; i < 3; i++) {
            Thread.sleep(100);
            agent.abandon();
            agent = launch("64KB");
        }
        until("all is written", () -> Files.exists(sandbox().resolve("written")));
        master.kill("t", Optional.empty());
        master.awaitUpdate("t", TaskState.TASK_KILLED);
        StringBuilder all = new StringBuilder();
        for (int i = 9; i >= 0; i--) {
            Path file = sandbox().resolve(i == 0 ? "stdout" : "stdout." + i);
            if (Files.exists(file)) {
                assertThat(Files.size(file)).isLessThanOrEqualTo((64 << 10) + 12);
                all.append(Files.readString(file));
            }
        }
        String[] lines = all.toString().split("\n", -1);
        assertThat(lines).hasSize(30_001);
        for (int i = 0; i < 30_000; i++) {
            assertThat(lines[i]).isEqualTo("line " + (i + 1));
        }
    }

    @Test
    void shouldKeepAStandaloneContainerOverARestart() throws Exception {
        ContainerID id = ContainerID.newBuilder().setValue("alone").build();
        assertThat(status(Call.newBuilder()
                        .setType(Call.Type.LAUNCH_CONTAINER)
                        .setLaunchContainer(Call.LaunchContainer.newBuilder()
                                .setContainerId(id)
                                .setCommand(CommandInfo.newBuilder().setValue("sleep 300")))))
                .isEqualTo(200);
        agent.abandon();
        agent = launch("0B");
        Response all = call(Call.newBuilder()
                .setType(Call.Type.GET_CONTAINERS)
                .setGetContainers(Call.GetContainers.newBuilder().setShowStandalone(true)));
        assertThat(all.getGetContainers().getContainersList())
                .extracting(container -> container.getContainerId())
                .containsExactly(id);
        assertThat(status(Call.newBuilder()
                        .setType(Call.Type.KILL_CONTAINER)
                        .setKillContainer(Call.KillContainer.newBuilder().setContainerId(id))))
                .isEqualTo(200);
        assertThat(call(await(id)).getWaitContainer().getExitStatus()).isEqualTo(9);
        assertThat(status(Call.newBuilder()
                        .setType(Call.Type.REMOVE_CONTAINER)
                        .setRemoveContainer(Call.RemoveContainer.newBuilder().setContainerId(id))))
                .isEqualTo(200);
        assertThat(workDir.resolve("containers")).isEmptyDirectory();
    }

    private Path sandbox() {
        return workDir.resolve("slaves/m-S0/frameworks/" + Samples.FRAMEWORK + "/executors/t/runs/latest");
    }
}
