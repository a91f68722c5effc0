"""Places for code; what they release reads like a blog. GitLab is an engine (see `engines`)."""

from aggregator.find.nouns import Recipe

_REPOSITORY = "https://github.com/{owner}/{repo}"
_GITHUB = (
    ("releases", f"{_REPOSITORY}/releases.atom"),
    ("tags", f"{_REPOSITORY}/tags.atom"),
    ("commits", f"{_REPOSITORY}/commits.atom"),
)

RECIPES = (
    Recipe(
        "github.com/orgs/{owner}/discussions/*",
        "https://github.com/orgs/{owner}/discussions.atom",
        "https://github.com/orgs/community/discussions/12345",
        "https://github.com/orgs/community/discussions.atom",
    ),
    Recipe(
        "github.com/orgs/{owner}/*",
        "https://github.com/{owner}.atom",
        "https://github.com/orgs/python/repositories",
        "https://github.com/python.atom",
    ),
    Recipe(
        "github.com/{owner}",
        "https://github.com/{owner}.atom",
        "https://github.com/simonw?tab=repositories",
        "https://github.com/simonw.atom",
    ),
    Recipe(
        "github.com/{owner}/{repo}/{kind:tags|wiki|discussions}/*",
        f"{_REPOSITORY}/{{kind}}.atom",
        "https://github.com/simonw/datasette/wiki/Some-Page",
        "https://github.com/simonw/datasette/wiki.atom",
        more=_GITHUB,
    ),
    Recipe(
        "github.com/{owner}/{repo}/commits",
        f"{_REPOSITORY}/commits.atom",
        "https://github.com/simonw/datasette/commits",
        "https://github.com/simonw/datasette/commits.atom",
        label="commits",
        more=_GITHUB,
    ),
    Recipe(
        "github.com/{owner}/{repo}/{kind:tree|commits}/{branch}",
        f"{_REPOSITORY}/commits/{{branch}}.atom",
        "https://github.com/simonw/datasette/tree/main",
        "https://github.com/simonw/datasette/commits/main.atom",
        label="commits to this branch",
        more=_GITHUB,
    ),
    Recipe(
        "github.com/{owner}/{repo}/{kind:blob|tree|commits|blame}/{branch}/{file*}",
        f"{_REPOSITORY}/commits/{{branch}}/{{file}}.atom",
        "https://github.com/simonw/datasette/blob/main/README.md",
        "https://github.com/simonw/datasette/commits/main/README.md.atom",
        label="commits to this file",
        more=_GITHUB,
    ),
    Recipe(
        "github.com/{owner}/{repo:(?:(?!\\.git(?![^/]))[^/])+}[.git]/*",
        f"{_REPOSITORY}/releases.atom",
        "https://github.com/simonw/datasette/issues/1",
        "https://github.com/simonw/datasette/releases.atom",
        label="releases",
        more=_GITHUB[1:],
    ),
    Recipe(
        "gist.github.com/{owner}/starred",
        "https://gist.github.com/{owner}/starred.atom",
        "https://gist.github.com/simonw/starred",
        "https://gist.github.com/simonw/starred.atom",
    ),
    Recipe(
        "gist.github.com/{owner}/*",
        "https://gist.github.com/{owner}.atom",
        "https://gist.github.com/simonw/0123456789abcdef",
        "https://gist.github.com/simonw.atom",
    ),
    Recipe(
        "codeberg.org/{owner}",
        "https://codeberg.org/{owner}.rss",
        "https://codeberg.org/forgejo",
        "https://codeberg.org/forgejo.rss",
    ),
    Recipe(
        "codeberg.org/{owner}/{repo}/*",
        "https://codeberg.org/{owner}/{repo}/releases.rss",
        "https://codeberg.org/forgejo/forgejo/issues",
        "https://codeberg.org/forgejo/forgejo/releases.rss",
        label="releases",
        more=(
            ("tags", "https://codeberg.org/{owner}/{repo}/tags.rss"),
            ("activity", "https://codeberg.org/{owner}/{repo}.rss"),
        ),
    ),
)
