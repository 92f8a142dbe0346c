"""Centroids of vectors."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.vector_clusters import Clusters, centroids_of, nearest_centroids


def blobs(count: int, each: int, seed: int = 1) -> NDArray[np.float32]:
    """Points around well separated corners."""
    chance = np.random.default_rng(seed)
    corners = 10 * np.eye(count, dtype=np.float32)
    return (np.repeat(corners, each, axis=0) + 0.1 * chance.normal(size=(count * each, count))).astype(np.float32)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 30), centroids=st.integers(1, 9))
def test_the_nearest_centroid_is_that_at_the_smallest_distance(seed: int, count: int, centroids: int) -> None:
    """Products give what distances would."""
    chance = np.random.default_rng(seed)
    points, centres = (chance.normal(size=(n, 4)).astype(np.float32) for n in (count, centroids))
    distances = np.linalg.norm(points[:, None] - centres[None], axis=2)
    chosen = distances[np.arange(count), nearest_centroids(points, centres)]
    np.testing.assert_allclose(distances.min(axis=1), chosen, atol=1e-4)


def test_each_blob_gets_a_centroid_when_there_are_plenty() -> None:
    """No blob is left to the centroid of another."""
    points = blobs(8, 100)
    centroids = centroids_of(points, 40)
    distances = np.linalg.norm(points - centroids[nearest_centroids(points, centroids)], axis=1)
    assert distances.max() < 1


def test_the_same_sample_gives_the_same_centroids() -> None:
    """An index that is built again finds the same."""
    points = blobs(5, 50)
    assert centroids_of(points, 10).tolist() == centroids_of(points.copy(), 10).tolist()


def test_as_many_centroids_as_vectors() -> None:
    """Each vector is its own centroid then."""
    points = blobs(3, 2)
    assert sorted(points.tolist()) == sorted(centroids_of(points, 6).tolist())


def test_equal_vectors_are_no_obstacle() -> None:
    """Clusters without a vector start again and stay harmless."""
    points = np.ones((30, 4), dtype=np.float32)
    assert np.ones((5, 4)).tolist() == centroids_of(points, 5).tolist()


def test_clusters_are_about_as_many_as_asked_for() -> None:
    """Groups share the centroids by their size, and each centroid belongs to one group."""
    clusters = Clusters.of(blobs(8, 200), 100)
    assert 90 <= len(clusters) <= 110
    assert (10, len(clusters)) == (len(clusters.groups), clusters.ends[-1])


def test_a_vector_is_placed_with_its_nearest_centroid_nearly_always() -> None:
    """Though it is compared with the centroids of a few groups only."""
    points = blobs(8, 200)
    clusters = Clusters.of(points, 100)
    asked = blobs(8, 50, seed=2)
    assert (clusters.places(asked) == nearest_centroids(asked, clusters.centroids)).mean() > 0.95


def test_clusters_of_the_same_sample_are_the_same() -> None:
    """An index that is built again finds the same."""
    points = blobs(5, 50)
    one, other = Clusters.of(points, 20), Clusters.of(points.copy(), 20)
    assert (one.centroids.tolist(), one.ends.tolist()) == (other.centroids.tolist(), other.ends.tolist())


def test_clusters_of_few_or_equal_vectors_are_no_obstacle() -> None:
    """Groups without a vector have no centroid, and every vector is placed."""
    points = np.ones((30, 4), dtype=np.float32)
    clusters = Clusters.of(points, 20)
    assert {1.0} == set(clusters.centroids[clusters.places(points)].ravel().tolist())
