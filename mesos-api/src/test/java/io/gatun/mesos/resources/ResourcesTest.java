package io.gatun.mesos.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ResourcesTest {
    @Test
    void shouldParseTheTextForm() {
        Resources parsed = Resources.parse("cpus(eng):4;mem:1024; ports:[31000-32000, 40000-40010];set:{b,a}");
        assertThat(parsed).hasToString("cpus(eng):4; mem:1024; ports:[31000-32000, 40000-40010]; set:{a, b}");
        assertThat(parsed.cpus()).isEqualTo(4);
        assertThat(parsed.ports()).hasSize(2);
        assertThat(parsed.reservedRoles()).containsExactly("eng");
        assertThat(Resources.of(parsed.toProtos())).isEqualTo(parsed);
        assertThat(Resources.of(parsed.toOldProtos())).isEqualTo(parsed);
    }

    @Test
    void shouldParseTheJsonForm() {
        assertThat(Resources.parse("[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":2.5}}]"))
                .isEqualTo(Resources.parse("cpus:2.5"));
    }

    @Test
    void shouldComputeInThousandths() {
        Resources tenth = Resources.parse("cpus:0.1");
        Resources sum = Resources.NONE;
        for (int i = 0; i < 10; i++) {
            sum = sum.plus(tenth);
        }
        assertThat(sum).isEqualTo(Resources.parse("cpus:1"));
        assertThat(sum.minus(tenth).cpus()).isEqualTo(0.9);
    }

    @Test
    void shouldShowResourcesAsOldEndpointsDo() {
        assertThat(Resources.parse("cpus:0.5;cpus(eng):1;ports:[31000-32000]").model())
                .hasToString("{cpus=1.5, gpus=0.0, mem=0.0, disk=0.0, ports=[31000-32000]}");
    }

    @Test
    void shouldTellDisksApart() {
        String disk = "{\"name\":\"disk\",\"type\":\"SCALAR\",\"scalar\":{\"value\":64},\"disk\":{";
        String mount = "\"source\":{\"type\":\"MOUNT\",\"mount\":{\"root\":\"/mnt/disk1\"}}";
        String volume = "\"persistence\":{\"id\":\"v1\"},\"volume\":{\"container_path\":\"data\",\"mode\":\"RW\"}";
        assertThat(Resources.parse(
                        "[" + disk + mount + "}}," + disk + volume + "}}," + disk + mount + "," + volume + "}}]"))
                .hasToString("disk[MOUNT:/mnt/disk1]:64; disk[v1:data]:64; disk[MOUNT:/mnt/disk1,v1:data]:64");
    }

    @Test
    void shouldNameTextAndRule() {
        assertThatThrownBy(() -> Resources.parse("cpus")).hasMessageStartingWith("'cpus': a resource must read");
        assertThatThrownBy(() -> Resources.parse("cpus:-1"))
                .hasMessage("'cpus': an amount must be between 0 and 1000000000000, not -1.0");
        assertThatThrownBy(() -> Resources.parse("ports:[5-]"))
                .hasMessage("'ports:[5-]': a range must read begin-end, such as 31000-32000, not 5-");
        assertThatThrownBy(() -> Resources.parse("ports:[5-4]")).hasMessageStartingWith("'5-4': a range must run");
        assertThatThrownBy(() -> Resources.parse("cpus(a b):1")).hasMessageContaining("whitespace");
    }
}
