package io.gatun.marathon.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.marathon.Samples;
import io.gatun.marathon.app.AppSpec;
import org.junit.jupiter.api.Test;

class LaunchDelaysTest {
    private final LaunchDelays delays = new LaunchDelays();
    private final AppSpec app =
            Samples.app("{'id':'/x','cmd':'x','backoffSeconds':2,'backoffFactor':3,'maxLaunchDelaySeconds':10}", 1_000);

    @Test
    void shouldGrowByTheFactorUpToTheMaximum() {
        assertThat(delays.untilMs(app)).isZero();
        delays.failed(app, 0);
        assertThat(delays.untilMs(app)).isEqualTo(2_000);
        delays.failed(app, 2_000);
        assertThat(delays.untilMs(app)).isEqualTo(8_000);
        delays.failed(app, 8_000);
        assertThat(delays.untilMs(app)).isEqualTo(18_000);
    }

    @Test
    void shouldForgetFailuresOfLongAgo() {
        delays.failed(app, 0);
        delays.failed(app, 12_001);
        assertThat(delays.untilMs(app)).isEqualTo(14_001);
    }

    @Test
    void shouldStartFromZeroAfterAResetAndForANewConfiguration() {
        delays.failed(app, 0);
        assertThat(delays.untilMs(Samples.app("{'id':'/x','cmd':'y'}", 2_000))).isZero();
        delays.reset(app.id());
        assertThat(delays.untilMs(app)).isZero();
    }
}
