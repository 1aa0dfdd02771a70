package io.gatun.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The host's half: what fails in the VM must fail here, with what was seen there. */
@Tag("kernel")
@EnabledIf("vmCanRun")
class KernelTestExtensionKernelTest {
    static boolean vmCanRun() {
        return UserModeLinux.here().missing().isEmpty();
    }

    private static TestExecutionSummary run(Class<?> testClass) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(testClass))
                                .build(),
                        listener);
        return listener.getSummary();
    }

    @Test
    void shouldBringFailuresHomeWithTheirStackTrace() {
        TestExecutionSummary summary = run(Mixed.class);
        assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
        assertThat(summary.getTestsAbortedCount()).isEqualTo(1);
        assertThat(summary.getFailures()).hasSize(1);
        Throwable failure = summary.getFailures().getFirst().getException();
        assertThat(failure).hasMessageContaining("only two").hasMessageContaining("AssertionFailedError");
        assertThat(failure.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("countTo"));
    }

    @Test
    void shouldFailEveryTestOfAClassWhoseSetUpFails() {
        TestExecutionSummary summary = run(BrokenSetUp.class);
        assertThat(summary.getTestsFailedCount()).isEqualTo(1);
        assertThat(summary.getFailures().getFirst().getException()).hasMessageContaining("broken on purpose");
    }

    @Test
    void shouldSurviveAGuestThatDies() {
        assertThat(run(PowersOff.class).getTestsFailedCount()).isEqualTo(1);
        assertThat(run(Mixed.class).getTestsSucceededCount()).isEqualTo(1);
    }

    /** Run by the tests above only: surefire does not look into nested classes. */
    @KernelTest
    static class Mixed {
        @Test
        void passes() {
            assertThat(Path.of("/lib/modules")).isDirectory();
        }

        @Test
        void fails() {
            countTo(2);
        }

        @Test
        void aborts() {
            Assumptions.abort("not today");
        }

        private static void countTo(int n) {
            Assertions.assertEquals(3, n, "only two");
        }
    }

    @KernelTest
    static class BrokenSetUp {
        @BeforeAll
        static void breakDown() {
            Assertions.assertTrue(Path.of("/nowhere").toFile().exists(), "broken on purpose");
        }

        @Test
        void neverRuns() {
            Assertions.fail("ran");
        }
    }

    @KernelTest
    static class PowersOff {
        @Test
        void powersOff() throws IOException, InterruptedException {
            new ProcessBuilder("sh", "-c", "echo o > /proc/sysrq-trigger")
                    .start()
                    .waitFor();
            Thread.sleep(600_000);
        }
    }
}
