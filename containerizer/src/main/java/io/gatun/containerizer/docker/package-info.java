/**
 * Containers that a Docker Engine runs: its HTTP API over a unix socket, no {@code docker} program. The engine's words
 * are those of its API reference (docs.docker.com, Engine API 1.41); what the containers are like follows Mesos' Docker
 * containerizer (docs/docker-containerizer.md).
 */
package io.gatun.containerizer.docker;
