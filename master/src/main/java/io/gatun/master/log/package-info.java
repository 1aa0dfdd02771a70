/**
 * The replicated log of docs/replicated-log.md, usable as a library: {@link io.gatun.master.log.Replica} is the protocol,
 * one thread, no clock, no disk and no network of its own; those are {@link io.gatun.master.log.Journal} and
 * {@link io.gatun.master.log.Outbox}.
 */
package io.gatun.master.log;
