package io.gatun.marathon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.marathon.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServicePortsTest {
    private static List<Integer> ports(AppSpec app) {
        return app.ports().definitions().stream().map(PortDefinition::port).toList();
    }

    @Test
    void shouldGiveTheFirstFreePortsAndKeepThemThroughUpdates() {
        AppSpec other = Samples.app("{'id':'/other','cmd':'x','ports':[10000]}");
        AppSpec app = ServicePorts.assign(
                Samples.app("{'id':'/x','cmd':'x','ports':[0,9,0]}"), List.of(other), 10_000, 20_000);
        assertThat(ports(app)).containsExactly(10_001, 9, 10_002);

        AppSpec update = Samples.app("{'id':'/x','cmd':'y','ports':[0,0,0]}");
        assertThat(ports(ServicePorts.assign(update, List.of(other, app), 10_000, 20_000)))
                .containsExactly(10_001, 9, 10_002);
    }

    @Test
    void shouldLeaveRequiredPortsAlone() {
        AppSpec app = Samples.app("{'id':'/x','cmd':'x','requirePorts':true,'ports':[0]}");
        assertThat(ServicePorts.assign(app, List.of(), 10_000, 20_000)).isSameAs(app);
    }

    @Test
    void shouldSayWhenAllAreTaken() {
        AppSpec other = Samples.app("{'id':'/other','cmd':'x','ports':[7]}");
        AppSpec app = Samples.app("{'id':'/x','cmd':'x'}");
        assertThatThrownBy(() -> ServicePorts.assign(app, List.of(other), 7, 7))
                .hasMessageContaining("between 7 and 7");
    }
}
