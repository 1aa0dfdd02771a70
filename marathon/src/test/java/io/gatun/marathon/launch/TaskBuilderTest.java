package io.gatun.marathon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.marathon.Samples;
import io.gatun.marathon.app.AppSpec;
import io.gatun.mesos.v1.Environment;
import io.gatun.mesos.v1.Port;
import io.gatun.mesos.v1.TaskInfo;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TaskBuilderTest {
    private static TaskInfo build(AppSpec app, Integer... ports) {
        OfferMatcher.Match match = new OfferMatcher.Match(app, List.of(Samples.scalar("cpus", 1)), List.of(ports));
        return new TaskBuilder("").build(match, Samples.offer(1, 1, 1, 2), "task-1");
    }

    private static Map<String, String> environment(TaskInfo task) {
        return task.getCommand().getEnvironment().getVariablesList().stream()
                .collect(Collectors.toMap(Environment.Variable::getName, Environment.Variable::getValue));
    }

    @Test
    void shouldNameTheTaskAsMesosDnsWantsIt() {
        TaskInfo task = build(Samples.app("{'id':'/shop/web','cmd':'x'}"), 31_000);
        assertThat(task.getName()).isEqualTo("web.shop");
        assertThat(task.getDiscovery().getName()).isEqualTo("web.shop");
        assertThat(task.getTaskId().getValue()).isEqualTo("task-1");
        assertThat(task.getAgentId().getValue()).isEqualTo("S0");
    }

    @Test
    void shouldSetMarathonsVariables() {
        AppSpec app = Samples.app(
                "{'id':'/web','cmd':'x','cpus':0.1,'mem':32,'labels':{'my-label':'v','VIP_0':'/web:80'},"
                        + "'env':{'HOST':'mine'},"
                        + "'portDefinitions':[{'port':10001,'name':'http'},{'port':10002,'name':'adm-in'}]}",
                1_000);
        assertThat(environment(build(app, 31_000, 31_001)))
                .containsEntry("MESOS_TASK_ID", "task-1")
                .containsEntry("MARATHON_APP_ID", "/web")
                .containsEntry("MARATHON_APP_VERSION", "1970-01-01T00:00:01.000Z")
                .containsEntry("MARATHON_APP_RESOURCE_CPUS", "0.1")
                .containsEntry("MARATHON_APP_RESOURCE_MEM", "32.0")
                .containsEntry("MARATHON_APP_LABELS", "MY_LABEL VIP_0")
                .containsEntry("MARATHON_APP_LABEL_MY_LABEL", "v")
                .containsEntry("PORT", "31000")
                .containsEntry("PORT0", "31000")
                .containsEntry("PORT1", "31001")
                .containsEntry("PORTS", "31000,31001")
                .containsEntry("PORT_10001", "31000")
                .containsEntry("PORT_HTTP", "31000")
                .containsEntry("PORT_ADM_IN", "31001")
                .as("the app's own wins")
                .containsEntry("HOST", "mine");
    }

    @Test
    void shouldPrefixOnlyPortsAndHost() {
        OfferMatcher.Match match =
                new OfferMatcher.Match(Samples.app("{'id':'/web','cmd':'x'}"), List.of(), List.of(31_000));
        Map<String, String> environment =
                environment(new TaskBuilder("P_").build(match, Samples.offer(1, 1, 1, 2), "t"));
        assertThat(environment)
                .containsEntry("P_PORT0", "31000")
                .containsEntry("P_HOST", "node.test")
                .containsEntry("MESOS_TASK_ID", "t")
                .doesNotContainKeys("PORT0", "HOST");
    }

    @Test
    void shouldGiveDiscoveryOnePortPerProtocolWithLabels() {
        AppSpec app = Samples.app("{'id':'/dns','cmd':'x','portDefinitions':[{'port':0,'protocol':'udp,tcp',"
                + "'name':'dns','labels':{'VIP_0':'/dns:53'}}]}");
        List<Port> ports = build(app, 31_000).getDiscovery().getPorts().getPortsList();
        assertThat(ports).extracting(Port::getProtocol).containsExactly("udp", "tcp");
        assertThat(ports).allSatisfy(port -> {
            assertThat(port.getNumber()).isEqualTo(31_000);
            assertThat(port.getName()).isEqualTo("dns");
            assertThat(port.getLabels().getLabels(0).getValue()).isEqualTo("/dns:53");
        });
    }

    @Test
    void shouldRunArgsWithoutAShell() {
        TaskInfo task = build(Samples.app(
                "{'id':'/x','args':['sleep','9'],'user':'nobody','ports':[],'taskKillGracePeriodSeconds':7}"));
        assertThat(task.getCommand().getShell()).isFalse();
        assertThat(task.getCommand().getValue()).isEqualTo("sleep");
        assertThat(task.getCommand().getArgumentsList()).containsExactly("sleep", "9");
        assertThat(task.getCommand().getUser()).isEqualTo("nobody");
        assertThat(task.getKillPolicy().getGracePeriod().getNanoseconds()).isEqualTo(7_000_000_000L);
    }
}
