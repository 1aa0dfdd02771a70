package io.gatun.agent;

import io.gatun.agent.store.Account;
import io.gatun.mesos.v1.CommandInfo.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Brings what a command's URIs name into its sandbox. Blocks; thread-safe. */
interface UriFetcher {
    /**
     * Fetches in order.
     *
     * @param owner whom the files are given to; empty keeps them with the agent's user
     * @throws RuntimeException naming the URI and what failed
     */
    void fetch(List<URI> uris, Path sandbox, Optional<Account> owner);
}
