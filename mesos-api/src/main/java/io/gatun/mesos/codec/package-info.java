/** Mesos' JSON mapping, media types and RecordIO framing. */
package io.gatun.mesos.codec;
