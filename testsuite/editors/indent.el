;; indents $INDENT, whose lines begin at the margin, into $OUT; run by `check`
(add-to-list 'load-path (concat (getenv "EDITORS") "/emacs"))
(require 'gc-mode)
(find-file (getenv "INDENT"))
(c-set-style "k&r")
(setq c-basic-offset 4 indent-tabs-mode nil)
(c-set-offset 'inline-open 0)
(indent-region (point-min) (point-max))
(write-region nil nil (getenv "OUT"))
