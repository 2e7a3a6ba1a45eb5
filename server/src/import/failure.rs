//! Why a run did not come to its end, in one sentence.

use super::error::ImportError;
use crate::error::AppError;
use app::Language;

/// Kept with the run as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nobody carries it out any more, and nobody was left to say why.
    Stopped,
    /// The database did not come back in time.
    DatabaseAway,
    /// The database refused something that the rules had let pass.
    DatabaseRefused,
    /// The sent file, or the disk that refused rows are written to.
    Disk,
    /// A mistake in Fairlead.
    Fault,
}

impl Failure {
    const ALL: [Self; 5] = [Self::Stopped, Self::DatabaseAway, Self::DatabaseRefused, Self::Disk, Self::Fault];

    pub fn word(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::DatabaseAway => "database_away",
            Self::DatabaseRefused => "database_refused",
            Self::Disk => "disk",
            Self::Fault => "fault",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.word() == word)
    }

    pub fn sentence(self, language: Language) -> &'static str {
        let [english, chinese] = match self {
            Self::Stopped => [
                "The server that carried it out was stopped or lost the database.",
                "执行导入的服务器已停止，或与数据库失去联系。",
            ],
            Self::DatabaseAway => ["The database was away for more than ten minutes.", "数据库超过十分钟没有响应。"],
            Self::DatabaseRefused => {
                ["The database refused a row; its log says which rule.", "数据库拒绝了一行数据，具体规则见其日志。"]
            }
            Self::Disk => {
                ["The server could not read the file or write to its disk.", "服务器无法读取文件，或无法写入磁盘。"]
            }
            Self::Fault => {
                ["Fairlead made a mistake; the server's log has the details.", "Fairlead 出错，详情见服务器日志。"]
            }
        };
        if language.is_chinese() { chinese } else { english }
    }
}

impl From<&ImportError> for Failure {
    fn from(error: &ImportError) -> Self {
        match error {
            ImportError::App(AppError::Store(store::Error::Unavailable(_))) => Self::DatabaseAway,
            ImportError::App(AppError::Store(store::Error::Stopping)) => Self::Stopped,
            ImportError::App(AppError::Store(store::Error::Database(_))) => Self::DatabaseRefused,
            ImportError::Io(_) => Self::Disk,
            ImportError::App(_) | ImportError::Trouble(_) => Self::Fault,
        }
    }
}
