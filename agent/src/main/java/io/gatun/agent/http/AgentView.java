package io.gatun.agent.http;

import io.gatun.agent.AgentSnapshot;
import io.gatun.agent.container.ApiContainers;
import io.gatun.agent.store.Layout;
import io.gatun.containerizer.Containerizer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What the HTTP interface shows of an agent.
 *
 * @param snapshots the newest state; completes on the agent's thread or at once
 * @param containerizer for what containers use
 * @param containers for those that are asked for at this interface
 * @param layout where the sandboxes are
 * @param flags by name without dashes, as text
 */
public record AgentView(
        Supplier<CompletableFuture<AgentSnapshot>> snapshots,
        Containerizer containerizer,
        ApiContainers containers,
        Layout layout,
        Map<String, String> flags) {}
