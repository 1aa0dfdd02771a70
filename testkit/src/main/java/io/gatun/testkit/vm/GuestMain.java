package io.gatun.testkit.vm;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The guest program of a test VM: runs the classes that the host names and reports each result at once. */
public final class GuestMain {
    /** Every line from the guest starts so; anything else on the console is somebody's stray output. */
    static final String MARK = "@gatun ";

    /** Set in the guest's JVM: a kernel test then runs as it stands. */
    static final String GUEST_PROPERTY = "gatun.vm.guest";

    private static final Path CHANNEL = Path.of("/dev/tty1");

    private GuestMain() {}

    public static void main(String[] args) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(CHANNEL, StandardCharsets.ISO_8859_1);
                PrintStream out = new PrintStream(Files.newOutputStream(CHANNEL), true, StandardCharsets.ISO_8859_1)) {
            out.println(MARK + "ready");
            Launcher launcher = LauncherFactory.create();
            for (String name = in.readLine(); name != null && !name.isEmpty(); name = in.readLine()) {
                System.err.println("---- " + name);
                run(launcher, name, out);
                out.println(MARK + "end " + name);
            }
        }
        System.exit(0); // threads that a test left behind must not keep the VM up
    }

    private static void run(Launcher launcher, String className, PrintStream out) {
        try {
            launcher.execute(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(selectClass(className))
                            .build(),
                    new Reporter(out));
        } catch (RuntimeException | Error e) {
            report(out, "[class:" + className + "]", Outcome.of(Outcome.Kind.FAILED, e));
        }
    }

    private static void report(PrintStream out, String uniqueId, Outcome outcome) {
        String id = Base64.getEncoder().encodeToString(uniqueId.getBytes(StandardCharsets.UTF_8));
        out.println(MARK + "done " + id + " " + outcome.encode());
    }

    private record Reporter(PrintStream out) implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Outcome.Kind kind = switch (result.getStatus()) {
                case SUCCESSFUL -> Outcome.Kind.PASSED;
                case FAILED -> Outcome.Kind.FAILED;
                case ABORTED -> Outcome.Kind.ABORTED;
            };
            Throwable trouble = result.getThrowable().orElse(null);
            if (trouble != null) {
                System.err.println(test.getUniqueId());
                trouble.printStackTrace();
            }
            report(out, test.getUniqueId(), Outcome.of(kind, trouble));
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            report(out, test.getUniqueId(), Outcome.of(Outcome.Kind.SKIPPED, new IllegalStateException(reason)));
        }
    }
}
