package io.gatun.master.legacy;

import static io.gatun.master.legacy.DocumentText.joined;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.operator.SampleCluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StateDocumentTest {
    private static final String TASK_WEB = """
            {"id":"web.1","name":"web","framework_id":"m1-0000","executor_id":"","slave_id":"m1-S0",
            "state":"TASK_RUNNING",
            "resources":{"cpus":0.5,"gpus":0.0,"mem":64.0,"disk":0.0,"ports":"[31001-31002, 31005-31005]"},
            "limits":{"mem":128.0},
            "role":"web/blue",
            "statuses":[
            {"state":"TASK_STARTING","timestamp":1100.5},
            {"state":"TASK_RUNNING","timestamp":1101.25,"labels":[{"key":"a","value":"b"}],
            "container_status":{"container_id":{"value":"c-1"},
            "network_infos":[{"groups":["public"],
            "ip_addresses":[{"protocol":"IPv4","ip_address":"127.0.0.1"}],"name":"host",
            "port_mappings":[{"host_port":31001,"container_port":80}]}]},
            "healthy":true}],
            "user":"nobody",
            "labels":[{"key":"VIP_0","value":"/web:80"}],
            "discovery":{"visibility":"FRAMEWORK","name":"web",
            "ports":{"ports":[{"number":31001,"name":"http","protocol":"tcp"}]}},
            "health_check":{"delay_seconds":15.0,"interval_seconds":10.0,"timeout_seconds":20.0,
            "consecutive_failures":3,"grace_period_seconds":10.0,"type":"TCP","tcp":{"protocol":"IPv4","port":31001}}}
            """;

    private static final String AGENT = """
            {"id":"m1-S0","hostname":"node.example","port":5051,
            "attributes":{"rack":"r1","level":3.0,"slots":"[1-3, 7-7]","kinds":"{a, b}"},
            "domain":{"fault_domain":{"region":{"name":"r"},"zone":{"name":"z"}}},
            "pid":"slave(1)@127.0.0.1:5051","registered_time":1002.5,"reregistered_time":1050.0,
            "resources":{"cpus":9.0,"gpus":0.0,"mem":1024.5,"disk":500.0,"ports":"[31000-32000]"},
            "used_resources":{"cpus":0.5,"gpus":0.0,"mem":64.0,"disk":0.0,"ports":"[31001-31002, 31005-31005]"},
            "offered_resources":{"cpus":1.0,"gpus":0.0,"mem":0.0,"disk":0.0},
            "reserved_resources":{"web":{"cpus":1.0,"gpus":0.0,"mem":0.0,"disk":0.0}},
            "unreserved_resources":{"cpus":8.0,"gpus":0.0,"mem":1024.5,"disk":500.0,"ports":"[31000-32000]"},
            "active":true,"deactivated":false,"version":"0.1.0","capabilities":["MULTI_ROLE"]}
            """;

    private static final String AWAY_AGENT = """
            {"id":"m1-S1","hostname":"away","port":5061,"attributes":{},
            "pid":"slave(1)@127.0.0.1:5061","registered_time":1003.0,
            "resources":{"cpus":2.0,"gpus":0.0,"mem":100.0,"disk":0.0},
            "used_resources":{"cpus":0.0,"gpus":0.0,"mem":0.0,"disk":0.0},
            "offered_resources":{"cpus":0.0,"gpus":0.0,"mem":0.0,"disk":0.0},
            "reserved_resources":{},
            "unreserved_resources":{"cpus":2.0,"gpus":0.0,"mem":100.0,"disk":0.0},
            "active":false,"deactivated":false,"version":"0.1.0","capabilities":[]}
            """;

    private static final String BATCH = """
            {"id":"%1$s","name":"batch","framework_id":"%2$s","executor_id":"","slave_id":"%3$s","state":"%4$s",
            "resources":{"cpus":%5$s,"gpus":0.0,"mem":0.0,"disk":0.0},"role":"%6$s",
            "statuses":[{"state":"%4$s","timestamp":%7$s}]}
            """;

    @Test
    void shouldWriteTheWholeStateInMesosModel() {
        String framework = framework(
                TASK_WEB,
                BATCH.formatted("batch.1", "m1-0000", "m1-S3", "TASK_UNREACHABLE", "0.25", "*", "1080.0"),
                BATCH.formatted("batch.0", "m1-0000", "m1-S0", "TASK_FINISHED", "0.25", "*", "1070.0"));
        String completed = completedFramework(
                BATCH.formatted("once.0", "m0-0001", "m1-S0", "TASK_KILLED", "1.0", "old", "1005.0"));
        String expected = """
                {"version":"1.11.0","start_time":1000.25,"elected_time":1001.0,"id":"m1",
                "pid":"master@127.0.0.1:5050","hostname":"one.example","capabilities":["AGENT_UPDATE"],
                "activated_slaves":1,"deactivated_slaves":1,"unreachable_slaves":3,
                "leader":"master@127.0.0.1:5050",
                "leader_info":{"id":"m1","pid":"master@127.0.0.1:5050","port":5050,"hostname":"one.example"},
                "cluster":"test","flags":{"port":"5050","quorum":"1"},
                "slaves":[%s,%s],
                "recovered_slaves":[{"id":"m0-S9","hostname":"nine","port":5052,"attributes":{}}],
                "frameworks":[%s],
                "completed_frameworks":[%s],
                "orphan_tasks":[],"unregistered_frameworks":[]}
                """.formatted(AGENT, AWAY_AGENT, framework, completed);
        MasterPage page = new MasterPage(
                SampleCluster.snapshot(7, List.of(SampleCluster.web())),
                Optional.of(SampleCluster.MASTER),
                Optional.of("test"),
                new TreeMap<>(Map.of("port", "5050", "quorum", "1")));

        assertThat(DocumentText.of(new StateDocument(page))).isEqualTo(joined(expected));
    }

    @Test
    void shouldLeaveOutTheLeaderAndTheClusterWhenThereIsNone() {
        MasterPage page = new MasterPage(SampleCluster.empty(), Optional.empty(), Optional.empty(), Map.of());
        assertThat(DocumentText.of(new StateDocument(page)))
                .doesNotContain("leader")
                .doesNotContain("cluster")
                .contains("\"flags\":{},\"slaves\":[],\"recovered_slaves\":[],\"frameworks\":[]");
    }

    private static String framework(String tasks, String unreachable, String completed) {
        return """
            {"id":"m1-0000","name":"marathon",
            "used_resources":{"cpus":0.5,"gpus":0.0,"mem":64.0,"disk":0.0,"ports":"[31001-31002, 31005-31005]"},
            "offered_resources":{"cpus":1.0,"gpus":0.0,"mem":0.0,"disk":0.0},
            "capabilities":["MULTI_ROLE","PARTITION_AWARE"],
            "hostname":"one.example","webui_url":"http://one.example:8080",
            "active":true,"connected":true,"recovered":false,
            "user":"root","failover_timeout":604800.0,"checkpoint":true,
            "registered_time":1010.0,"unregistered_time":0.0,"principal":"p",
            "resources":{"cpus":1.5,"gpus":0.0,"mem":64.0,"disk":0.0,"ports":"[31001-31002, 31005-31005]"},
            "reregistered_time":1020.0,
            "roles":["*","web/blue"],
            "tasks":[%s],
            "unreachable_tasks":[%s],
            "completed_tasks":[%s],
            "offers":[{"id":"m1-O5","framework_id":"m1-0000","allocation_info":{"role":"web/blue"},
            "slave_id":"m1-S0","resources":{"cpus":1.0,"gpus":0.0,"mem":0.0,"disk":0.0}}],
            "executors":[],
            "labels":[{"key":"team","value":"x"}]}
            """.formatted(tasks, unreachable, completed);
    }

    private static String completedFramework(String completed) {
        return """
            {"id":"m0-0001","name":"once",
            "used_resources":{"cpus":0.0,"gpus":0.0,"mem":0.0,"disk":0.0},
            "offered_resources":{"cpus":0.0,"gpus":0.0,"mem":0.0,"disk":0.0},
            "capabilities":[],"hostname":"","webui_url":"",
            "active":false,"connected":false,"recovered":false,
            "user":"root","failover_timeout":0.0,"checkpoint":false,
            "registered_time":1004.0,"unregistered_time":1009.0,
            "resources":{"cpus":0.0,"gpus":0.0,"mem":0.0,"disk":0.0},
            "role":"old","tasks":[],"unreachable_tasks":[],
            "completed_tasks":[%s],
            "offers":[],"executors":[]}
            """.formatted(completed);
    }
}
