package io.gatun.agent;

import io.gatun.agent.store.MetaStore;
import io.gatun.containerizer.Containerizer;

/** The collaborators of one agent, wired by {@link Agent#launch}. */
record AgentParts(
        AgentConfig config,
        Loop loop,
        LaunchPool pool,
        Containerizer containerizer,
        MetaStore meta,
        CheckpointedTotal total,
        TaskBook book,
        UpdateManager updates,
        TaskReports reports,
        Statuses statuses,
        TaskLauncher launcher) {}
