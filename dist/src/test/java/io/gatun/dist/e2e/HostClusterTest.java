package io.gatun.dist.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.testkit.net.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code gatun up} on this machine's own kernel, whatever it has, in a network namespace. */
@Tag("cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostClusterTest {
    @TempDir
    static Path folder;

    private static NetworkNamespace namespace;
    private static Stack stack;
    private static Leftovers before;
    private static Leftovers after;
    private static UpProcess up;

    @BeforeAll
    static void start() {
        NetworkNamespace.missing().ifPresent(Assumptions::abort);
        namespace = NetworkNamespace.create();
        stack = new Stack(Place.in(namespace));
        before = Leftovers.now(stack.place());
        up = UpProcess.start(
                stack.place(),
                folder,
                "--cgroups_root",
                "gatun-test-" + ProcessHandle.current().pid());
    }

    @AfterAll
    static void end() {
        if (up != null) {
            up.process().destroyForcibly();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    @Test
    @Order(1)
    void shouldTellWhatRunsWhere() {
        assertThat(up.report())
                .contains("leading", "registered")
                .doesNotContain("not leading", "not registered", "Exception");
    }

    @Test
    @Order(2)
    void shouldSayWhyVipsAreOffWhereTheKernelHasNoIpvs() {
        boolean ipvs = stack.place().attempt("ipvsadm", "-Sn").status() == 0;
        assertThat(up.report().contains("VIPs are off: ")).as(up::printed).isEqualTo(!ipvs);
    }

    @Test
    @Order(3)
    void shouldServeAnAppByName() {
        stack.post(Distribution.EXAMPLES.resolve("web.json"));
        stack.awaitRunning("web", 3);
        Await.until("three SRV records", Stack.PATIENCE, () -> srv().size() == 3, () -> srv().toString());
        for (String record : srv()) { // priority weight port target
            String[] words = record.split(" ", -1);
            List<String> addresses = stack.dig(words[3], "A");
            assertThat(addresses).hasSize(1);
            String page = "http://" + addresses.getFirst() + ":" + words[2] + "/";
            // A task runs a moment before its server listens.
            Await.until(
                    page + " is served",
                    Stack.PATIENCE,
                    () -> !stack.place().attempt("curl", "-sf", page).output().isEmpty(),
                    () -> stack.place().attempt("curl", "-v", page).output());
        }
    }

    /** Also where this node cannot forward: other nodes go by what is settled. */
    @Test
    @Order(4)
    void shouldHaveItsVirtualIpSettledByTheMaster() {
        Await.until(
                "the name has the address that DNS answers",
                Stack.PATIENCE,
                () -> {
                    List<String> addresses = stack.dig("web.marathon.l4lb.thisdcos.directory", "A");
                    return addresses.size() == 1
                            && settled().contains("\"web.marathon\":\"" + addresses.getFirst() + "\"");
                },
                HostClusterTest::settled);
    }

    private static String settled() {
        return stack.place().run("curl", "-sfL", "http://127.0.0.1:5050/vips");
    }

    private static List<String> srv() {
        return stack.dig("_web._tcp.marathon.mesos", "SRV");
    }

    @Test
    @Order(4)
    void shouldRefuseASecondUpInOneLine() throws Exception {
        Path output = folder.resolve("second.log");
        Process second = stack.place()
                .gatun(
                        output,
                        List.of("up", "--work_dir", folder.resolve("state").toString()));
        assertThat(second.waitFor()).isEqualTo(1);
        assertThat(output)
                .content()
                .startsWith("gatun: --work_dir=")
                .contains("in use by process")
                .hasLineCount(1);
    }

    @Test
    @Order(4)
    void shouldNameABusyPortInOneLine() throws Exception {
        Path output = folder.resolve("busy.log");
        Process second = stack.place()
                .gatun(
                        output,
                        List.of("up", "--work_dir", folder.resolve("other").toString(), "--zookeeper_port", "12181"));
        assertThat(second.waitFor()).isEqualTo(1);
        List<String> lines = Files.readAllLines(output);
        assertThat(lines.getLast()).startsWith("gatun: ").contains("5050");
        assertThat(lines).filteredOn(line -> line.startsWith("gatun:")).hasSize(1);
        assertThat(lines).noneMatch(line -> line.contains("Exception"));
    }

    /** mesos-rxjava 0.2.0 in a JVM of its own, with what module master has laid out for its own test of it. */
    @Test
    @Order(5)
    void shouldRunATaskOfAnIndependentClientToItsEnd() {
        Path master = Distribution.MODULE.resolveSibling("master");
        String output = stack.place()
                .run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        master.resolve("target/rxjava") + "/*",
                        master.resolve("src/test/rxjava/RxJavaFramework.java").toString(),
                        "http://127.0.0.1:5050/api/v1/scheduler");
        assertThat(output.lines().toList()).containsSubsequence("SUBSCRIBED", "TASK_RUNNING", "TASK_FINISHED");
    }

    @Test
    @Order(5)
    void shouldForgetADeletedApp() {
        stack.delete("web");
        Await.until(
                "no task is left",
                Stack.PATIENCE,
                () -> stack.operator("GET_TASKS")
                        .path("get_tasks")
                        .path("tasks")
                        .isEmpty(),
                () -> stack.operator("GET_TASKS").toPrettyString());
        Await.until("no name is left", Stack.PATIENCE, () -> srv().isEmpty(), () -> srv().toString());
    }

    @Test
    @Order(6)
    void shouldEndOnCtrlCWithAnAppRunning() throws Exception {
        stack.post(Distribution.EXAMPLES.resolve("web.json"));
        stack.awaitRunning("web", 3);
        assertThat(up.interrupt()).as(up::printed).isEqualTo(UpProcess.ENDED_BY_SIGINT);
        after = Leftovers.now(stack.place());
    }

    /** Processes and files of others come and go on a host that is not ours alone: those are checked in the VM. */
    @ParameterizedTest
    @EnumSource(
            names = {"PROCESSES", "NAMESPACES", "TEMPORARY_FILES"},
            mode = EnumSource.Mode.EXCLUDE)
    @Order(7)
    void shouldLeaveNothing(Leftovers.Kind kind) {
        assertThat(after.since(before, kind))
                .as(kind.toString())
                .filteredOn(line -> kind != Leftovers.Kind.CGROUPS
                        || line.contains("gatun-test-" + ProcessHandle.current().pid()))
                .isEmpty();
    }
}
