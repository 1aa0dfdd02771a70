package io.gatun.agent.http;

import io.gatun.agent.AgentVersion;
import io.gatun.mesos.v1.VersionInfo;
import java.util.Map;
import java.util.SequencedMap;

/** What /version says, and the top of /state. */
final class VersionJson {
    private VersionJson() {}

    static Map<String, Object> version() {
        SequencedMap<String, Object> json = Json.object();
        json.put("version", AgentVersion.VERSION);
        return json;
    }

    static VersionInfo info() {
        return VersionInfo.newBuilder().setVersion(AgentVersion.VERSION).build();
    }
}
