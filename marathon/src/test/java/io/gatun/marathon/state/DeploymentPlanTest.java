package io.gatun.marathon.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.marathon.Samples;
import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.InvalidAppException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DeploymentPlanTest {
    private static AppSpec app(String id, int instances, long configMs, String... dependencies) {
        String list = Arrays.stream(dependencies).map(d -> "'" + d + "'").collect(Collectors.joining(","));
        return Samples.app(
                "{'id':'" + id + "','cmd':'x','instances':" + instances + ",'dependencies':[" + list + "]}", configMs);
    }

    private static Map<AppId, AppSpec> map(AppSpec... apps) {
        return Arrays.stream(apps).collect(Collectors.toMap(AppSpec::id, Function.identity()));
    }

    private static List<String> steps(Map<AppId, AppSpec> original, Map<AppId, AppSpec> target) {
        return DeploymentPlan.steps(original, target, target.values()).stream()
                .map(step -> step.stream()
                        .map(action -> action.type() + " " + action.app())
                        .collect(Collectors.joining(", ")))
                .toList();
    }

    @Test
    void shouldStopStartThenBringUp() {
        assertThat(steps(map(app("/old", 1, 1)), map(app("/new", 1, 1))))
                .containsExactly("StopApplication /old", "StartApplication /new", "ScaleApplication /new");
    }

    @Test
    void shouldScaleWhenOnlyTheNumberDiffersAndRestartOtherwise() {
        assertThat(steps(map(app("/x", 1, 1)), map(app("/x", 2, 1)))).containsExactly("ScaleApplication /x");
        assertThat(steps(map(app("/x", 1, 1)), map(app("/x", 1, 2)))).containsExactly("RestartApplication /x");
        assertThat(steps(map(app("/x", 1, 1)), map(app("/x", 0, 2)))).containsExactly("ScaleApplication /x");
        assertThat(steps(map(app("/x", 1, 1)), map(app("/x", 1, 1)))).isEmpty();
    }

    @Test
    void shouldBringUpWhatOthersDependOnFirst() {
        assertThat(steps(
                        map(),
                        map(
                                app("/web", 1, 1, "/api"),
                                app("/api", 1, 1, "/data"),
                                app("/data/db", 1, 1),
                                app("/data/log", 1, 1))))
                .containsExactly(
                        "StartApplication /api, StartApplication /data/db, StartApplication /data/log, StartApplication /web",
                        "ScaleApplication /data/db, ScaleApplication /data/log",
                        "ScaleApplication /api",
                        "ScaleApplication /web");
    }

    @Test
    void shouldRefuseCircles() {
        assertThatThrownBy(() -> steps(map(), map(app("/a", 1, 1, "/b"), app("/b", 1, 1, "/a"))))
                .isInstanceOf(InvalidAppException.class)
                .hasMessageContaining("cyclic dependencies");
    }
}
